//! The versions of the API.

use serde::{Deserialize, Serialize};

/// A version of the API, which decides the form of the claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Version {
    /// STU3.
    V1,
    /// R4.
    V2,
    /// R4 with the v3 data model.
    V3,
}

impl Version {
    /// The version with this segment of the path: `v2`.
    pub(crate) fn from_segment(segment: &str) -> Option<Self> {
        match segment {
            "v1" => Some(Self::V1),
            "v2" => Some(Self::V2),
            "v3" => Some(Self::V3),
            _ => None,
        }
    }

    /// Its segment of the path.
    pub(crate) const fn segment(self) -> &'static str {
        match self {
            Self::V1 => "v1",
            Self::V2 => "v2",
            Self::V3 => "v3",
        }
    }

    /// The FHIR version, as the capability statement says it.
    pub(crate) const fn fhir(self) -> &'static str {
        match self {
            Self::V1 => "3.0.1",
            Self::V2 | Self::V3 => "4.0.1",
        }
    }

    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}
