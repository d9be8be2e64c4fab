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

impl Tally {
    /// Counts one claim; `month` is empty where its service has no date.
    pub fn count(&mut self, claim_type: ClaimType, month: &str) {
        *self.by_type.entry(claim_type).or_default() += 1;
        match self.by_month.get_mut(month) {
            Some(count) => *count += 1,
            None => drop(self.by_month.insert(month.to_owned(), 1)),
        }
    }

    /// Takes a file's claims out again.
    pub fn remove(&mut self, other: &Self) {
        take_out(&mut self.by_type, &other.by_type);
        take_out(&mut self.by_month, &other.by_month);
    }

    /// Adds another file's claims.
    pub fn add(&mut self, other: &Self) {
        for (claim_type, count) in &other.by_type {
            *self.by_type.entry(*claim_type).or_default() += count;
        }
        for (month, count) in &other.by_month {
            *self.by_month.entry(month.clone()).or_default() += count;
        }
    }
}

fn take_out<K: Ord>(sums: &mut BTreeMap<K, u64>, counts: &BTreeMap<K, u64>) {
    for (key, count) in counts {
        if let Some(sum) = sums.get_mut(key) {
            *sum = sum.saturating_sub(*count);
        }
    }
    sums.retain(|_, sum| *sum > 0);
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

impl ClaimType {
    /// By the code of `https://bluebutton.cms.gov/resources/codesystem/eob-type`, which v1 and v2 send.
    pub fn of_eob_type(code: &str) -> Self {
        match code {
            "CARRIER" => Self::Carrier,
            "OUTPATIENT" => Self::Outpatient,
            "DME" => Self::Dme,
            "INPATIENT" => Self::Inpatient,
            "HHA" => Self::Hha,
            "SNF" => Self::Snf,
            "HOSPICE" => Self::Hospice,
            _ => Self::Other,
        }
    }

    /// By the code of `https://bluebutton.cms.gov/fhir/CodeSystem/CLM-TYPE-CD`, which v3 sends.
    ///
    /// Two digits are those of the National Claims History. Four digits are the shared systems': 1 or 2 for the phase,
    /// then the type of bill (`011X` is 11), or 700 for professionals, 800 for equipment and 900 for a hospice's notice.
    pub fn of_clm_type_cd(code: &str) -> Self {
        let bill = code.strip_prefix(['1', '2']).filter(|_| code.len() == 4);
        match bill {
            Some(bill) => Self::of_bill(bill),
            None => Self::of_history(code),
        }
    }

    fn of_history(code: &str) -> Self {
        match code {
            "10" => Self::Hha,
            "20" | "30" => Self::Snf,
            "40" => Self::Outpatient,
            "50" => Self::Hospice,
            "60" | "61" | "62" | "63" | "64" => Self::Inpatient,
            "71" | "72" => Self::Carrier,
            "81" | "82" => Self::Dme,
            _ => Self::Other,
        }
    }

    /// Types of bill: facility, then classification.
    fn of_bill(bill: &str) -> Self {
        match bill {
            "011" | "041" => Self::Inpatient,
            "018" | "021" | "022" | "023" | "028" => Self::Snf,
            "032" | "033" | "034" => Self::Hha,
            "081" | "082" | "900" => Self::Hospice,
            "012" | "013" | "014" | "043" | "071" | "072" | "073" | "074" | "075" | "076" | "077" | "078"
            | "079" | "083" | "084" | "085" | "087" | "089" => Self::Outpatient,
            "700" => Self::Carrier,
            "800" => Self::Dme,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tallies_add_up() {
        let mut one = Tally::default();
        one.count(ClaimType::Snf, "2026-11");
        one.count(ClaimType::Snf, "");
        let mut two = Tally::default();
        two.count(ClaimType::Snf, "2026-11");
        two.count(ClaimType::Dme, "2026-10");
        one.add(&two);
        assert_eq!(one.by_type, BTreeMap::from([(ClaimType::Snf, 3), (ClaimType::Dme, 1)]));
        let months =
            [("", 1), ("2026-10", 1), ("2026-11", 2)].map(|(month, count)| (month.to_owned(), count));
        assert_eq!(one.by_month, BTreeMap::from(months));
    }

    #[test]
    fn v3_knows_claims_by_history_and_by_bill() {
        for (code, expected) in [
            ("71", ClaimType::Carrier),
            ("2700", ClaimType::Carrier),
            ("1800", ClaimType::Dme),
            ("82", ClaimType::Dme),
            ("60", ClaimType::Inpatient),
            ("2011", ClaimType::Inpatient),
            ("1018", ClaimType::Snf),
            ("2032", ClaimType::Hha),
            ("1900", ClaimType::Hospice),
            ("2085", ClaimType::Outpatient),
            ("1", ClaimType::Other),
            ("10", ClaimType::Hha),
            ("20", ClaimType::Snf),
            ("9999", ClaimType::Other),
            ("", ClaimType::Other),
        ] {
            assert_eq!(ClaimType::of_clm_type_cd(code), expected, "{code}");
        }
    }
}
