//! The pictures of an export, counted while its bytes stream by.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Claims by type and by month of service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Tally {
    /// Claims, by type.
    pub by_type: BTreeMap<ClaimType, u64>,
    /// Claims, by the month in which their service began: `2026-11`; an empty key counts those without a date.
    pub by_month: BTreeMap<String, u64>,
}

/// The seven types of claims, and what is none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ClaimType {
    /// Physicians and labs.
    Carrier,
    /// Outpatient.
    Outpatient,
    /// Durable medical equipment.
    Dme,
    /// Inpatient.
    Inpatient,
    /// Home health agency.
    Hha,
    /// Skilled nursing facility.
    Snf,
    /// Hospice.
    Hospice,
    /// None of these.
    Other,
}
