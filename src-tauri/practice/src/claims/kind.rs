//! The seven types of claims, and how often each comes.

/// A type of Medicare claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ClaimType {
    /// Physicians and other practitioners.
    Carrier,
    /// Hospital outpatient departments.
    Outpatient,
    /// Durable medical equipment.
    Dme,
    /// Home health agencies.
    Hha,
    /// Hospital stays.
    Inpatient,
    /// Skilled nursing facilities.
    Snf,
    /// Hospices.
    Hospice,
}

impl ClaimType {
    /// Every type, the most frequent first.
    pub(crate) const ALL: [Self; 7] =
        [Self::Carrier, Self::Outpatient, Self::Dme, Self::Hha, Self::Inpatient, Self::Snf, Self::Hospice];

    /// How many claims in a thousand are of this type, about as in Medicare as a whole.
    const fn per_mille(self) -> u64 {
        match self {
            Self::Carrier => 640,
            Self::Outpatient => 190,
            Self::Dme => 80,
            Self::Hha | Self::Inpatient => 30,
            Self::Snf | Self::Hospice => 15,
        }
    }

    /// The type that a throw of the dice (0 to 999) means.
    pub(crate) fn drawn(dice: u64) -> Self {
        let mut left = dice % 1000;
        for kind in Self::ALL {
            if left < kind.per_mille() {
                return kind;
            }
            left -= kind.per_mille();
        }
        Self::Carrier
    }

    /// The longest stay, in days.
    pub(crate) const fn longest_stay(self) -> u64 {
        match self {
            Self::Carrier | Self::Outpatient | Self::Dme => 1,
            Self::Inpatient => 9,
            Self::Snf | Self::Hospice => 28,
            Self::Hha => 30,
        }
    }

    pub(super) const fn facts(self) -> &'static Facts {
        match self {
            Self::Carrier => &CARRIER,
            Self::Outpatient => &OUTPATIENT,
            Self::Dme => &DME,
            Self::Hha => &HHA,
            Self::Inpatient => &INPATIENT,
            Self::Snf => &SNF,
            Self::Hospice => &HOSPICE,
        }
    }
}

/// What distinguishes a type in the resource.
pub(super) struct Facts {
    /// Beginning of the resource's ID: `carrier`.
    pub(super) prefix: &'static str,
    /// `eob-type`: `CARRIER`.
    pub(super) eob_type: &'static str,
    /// `nch_clm_type_cd` with its display.
    pub(super) nch: (&'static str, &'static str),
    /// FHIR claim type: professional or institutional.
    pub(super) claim_type: (&'static str, &'static str),
    /// `nch_near_line_rec_ident_cd` with its display.
    pub(super) near_line: (&'static str, &'static str),
    /// CARIN Blue Button profile.
    pub(super) profile: &'static str,
    /// Part of Medicare that pays: `part-a`, `part-b`.
    pub(super) part: &'static str,
    /// Whether an institution sent it.
    pub(super) institutional: bool,
    /// Code of the v3 data model, `CLM-TYPE-CD`, with its display.
    pub(super) v3: (&'static str, &'static str),
    /// Diagnoses to choose from.
    pub(super) diagnoses: &'static [&'static str],
    /// Services (HCPCS) to choose from.
    pub(super) services: &'static [&'static str],
    /// Place of service or kind of facility, code and display.
    pub(super) place: (&'static str, &'static str),
}

const PROFESSIONAL: (&str, &str) = ("professional", "Professional");
const INSTITUTIONAL: (&str, &str) = ("institutional", "Institutional");
const PART_A: (&str, &str) = (
    "V",
    "Part A institutional claim record (inpatient [IP], skilled nursing facility [SNF], hospice [HOS], or home health agency [HHA])",
);
const PART_B_INSTITUTIONAL: (&str, &str) = ("W", "Part B institutional claim record (outpatient [HOP], HHA)");

static CARRIER: Facts = Facts {
    prefix: "carrier",
    eob_type: "CARRIER",
    nch: (
        "71",
        "Local carrier non-durable medical equipment, prosthetics, orthotics, and supplies (DMEPOS) claim",
    ),
    claim_type: PROFESSIONAL,
    near_line: (
        "O",
        "Part B physician/supplier claim record (processed by local carriers; can include DMEPOS services)",
    ),
    profile: "C4BB-ExplanationOfBenefit-Professional-NonClinician",
    part: "part-b",
    institutional: false,
    v3: ("2700", "PROF MEDICARE SS PART B PROFESSIONAL"),
    diagnoses: &["I10", "E119", "M545", "Z0000", "J069", "H2513", "R0602", "N390"],
    services: &["99213", "99214", "93000", "80053", "36415", "85025", "G0439", "92014"],
    place: ("11", "Office. Location where the health professional routinely provides examinations"),
};
static OUTPATIENT: Facts = Facts {
    prefix: "outpatient",
    eob_type: "OUTPATIENT",
    nch: ("40", "Hospital Outpatient claim"),
    claim_type: INSTITUTIONAL,
    near_line: PART_B_INSTITUTIONAL,
    profile: "C4BB-ExplanationOfBenefit-Outpatient-Institutional",
    part: "part-b",
    institutional: true,
    v3: ("40", "HOSPITAL OUTPATIENT CLAIM"),
    diagnoses: &["Z1231", "R079", "N186", "C50911", "K219", "M1711", "R109", "I4891"],
    services: &["77067", "99284", "90999", "96413", "45378", "71046", "73721", "93306"],
    place: ("1", "Hospital"),
};
static DME: Facts = Facts {
    prefix: "dme",
    eob_type: "DME",
    nch: ("82", "Durable medical equipment regional carrier (DMERC) DMEPOS claim"),
    claim_type: PROFESSIONAL,
    near_line: ("M", "Part B DMEPOS claim record (processed by DME Regional Carrier)"),
    profile: "C4BB-ExplanationOfBenefit-Professional-NonClinician",
    part: "part-b",
    institutional: false,
    v3: ("2800", "DMERC DMEPOS CLAIM"),
    diagnoses: &["G4733", "J449", "E1165", "R269", "M6281", "Z9981", "L97519", "N3941"],
    services: &["E0601", "E1390", "A4253", "K0001", "E0143", "A7030", "E0260", "A4351"],
    place: ("12", "Home. Location, other than a facility, where the patient receives care"),
};
static HHA: Facts = Facts {
    prefix: "hha",
    eob_type: "HHA",
    nch: ("10", "Home Health Agency (HHA) claim"),
    claim_type: INSTITUTIONAL,
    near_line: PART_B_INSTITUTIONAL,
    profile: "C4BB-ExplanationOfBenefit-Outpatient-Institutional",
    part: "part-b",
    institutional: true,
    v3: ("10", "HOME HEALTH AGENCY (HHA) CLAIM"),
    diagnoses: &["I5033", "Z471", "I69351", "L89153", "G20", "E1140", "S72001D", "J9611"],
    services: &["G0299", "G0151", "G0152", "G0156", "G0300", "G0153", "G0155", "G0157"],
    place: ("3", "Home Health Agency (HHA)"),
};
static INPATIENT: Facts = Facts {
    prefix: "inpatient",
    eob_type: "INPATIENT",
    nch: ("60", "Inpatient claim"),
    claim_type: INSTITUTIONAL,
    near_line: PART_A,
    profile: "C4BB-ExplanationOfBenefit-Inpatient-Institutional",
    part: "part-a",
    institutional: true,
    v3: ("60", "INPATIENT HOSPITAL CLAIM"),
    diagnoses: &["A419", "I214", "J189", "S72141A", "I639", "K5720", "N179", "M1612"],
    services: &["0120", "0250", "0300", "0360", "0450", "0730", "0270", "0420"],
    place: ("1", "Hospital"),
};
static SNF: Facts = Facts {
    prefix: "snf",
    eob_type: "SNF",
    nch: ("20", "Non swing bed Skilled Nursing Facility (SNF) claim"),
    claim_type: INSTITUTIONAL,
    near_line: PART_A,
    profile: "C4BB-ExplanationOfBenefit-Inpatient-Institutional",
    part: "part-a",
    institutional: true,
    v3: ("20", "NON SWING BED SKILLED NURSING FACILITY (SNF) CLAIM"),
    diagnoses: &["S72001D", "I69354", "Z4789", "J440", "F0390", "I5022", "M6259", "R2689"],
    services: &["0022", "0120", "0420", "0430", "0440", "0250", "0270", "0300"],
    place: ("2", "Skilled Nursing Facility (SNF)"),
};
static HOSPICE: Facts = Facts {
    prefix: "hospice",
    eob_type: "HOSPICE",
    nch: ("50", "Hospice claim"),
    claim_type: INSTITUTIONAL,
    near_line: PART_A,
    profile: "C4BB-ExplanationOfBenefit-Inpatient-Institutional",
    part: "part-a",
    institutional: true,
    v3: ("50", "HOSPICE CLAIM"),
    diagnoses: &["C3490", "G309", "I509", "J449", "C259", "G3183", "I6789", "K7460"],
    services: &["0651", "0652", "0655", "0656", "0551", "0571", "0561", "0658"],
    place: ("8", "Special facility or ASC surgery"),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_make_a_thousand() {
        assert_eq!(ClaimType::ALL.iter().map(|kind| kind.per_mille()).sum::<u64>(), 1000);
        assert_eq!(ClaimType::drawn(0), ClaimType::Carrier);
        assert_eq!(ClaimType::drawn(999), ClaimType::Hospice);
    }
}
