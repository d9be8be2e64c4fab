//! The shape of an R4 claim (v2 of the API).

use super::json::{Json, absent, array, coding, concept, dollars, object, one, period, text};
use super::kind::{ClaimType, Facts};

const CARIN: &str = "http://hl7.org/fhir/us/carin-bb/CodeSystem/";
const HL7: &str = "http://terminology.hl7.org/CodeSystem/";
const BLUE_BUTTON: &str = "https://bluebutton.cms.gov/resources/codesystem/";
const NPI: &str = "http://hl7.org/fhir/sid/us-npi";

/// The resource with its holes.
pub(super) fn resource(kind: ClaimType, variant: usize) -> Json {
    let facts = kind.facts();
    object([
        ("resourceType", text("ExplanationOfBenefit")),
        ("id", text("{{id}}")),
        ("meta", meta(facts)),
        ("contained", if facts.institutional { one(organization()) } else { absent() }),
        ("extension", extensions(facts)),
        ("identifier", identifiers()),
        ("status", text("active")),
        ("type", claim_type(facts)),
        ("use", text("claim")),
        ("patient", object([("reference", text("Patient/-{{patient}}"))])),
        ("billablePeriod", billable_period()),
        ("created", text("{{created}}")),
        ("insurer", object([("identifier", object([("value", text("CMS"))]))])),
        ("provider", institution(facts, object([("reference", text("#provider-org"))]))),
        ("facility", institution(facts, facility(facts))),
        ("outcome", text("complete")),
        ("careTeam", care_team(facts)),
        ("supportingInfo", supporting_information(facts)),
        ("diagnosis", array((0..=variant + 1).map(|index| diagnosis(facts, index, variant)))),
        ("insurance", insurance(facts)),
        ("item", array((0..=variant).map(|index| item(facts, index, variant)))),
        ("total", one(total())),
        ("payment", object([("date", text("{{processed}}")), ("amount", dollars(20))])),
        ("benefitBalance", one(benefit_balance())),
    ])
}

/// The address of a CCW variable, which names most codings of these claims.
pub(super) fn variable(name: &str) -> String {
    format!("https://bluebutton.cms.gov/resources/variables/{name}")
}

/// An extension that carries a coded CCW variable.
fn coded(name: &str, code: &str, display: &str) -> Json {
    object([("url", text(&variable(name))), ("valueCoding", coding(&variable(name), code, display))])
}

/// An extension that carries an identifying CCW variable.
fn identified(name: &str, value: &str) -> Json {
    let identifier = object([("system", text(&variable(name))), ("value", text(value))]);
    object([("url", text(&variable(name))), ("valueIdentifier", identifier)])
}

fn institution(facts: &Facts, value: Json) -> Json {
    if facts.institutional { value } else { absent() }
}

fn meta(facts: &Facts) -> Json {
    let profile = format!("http://hl7.org/fhir/us/carin-bb/StructureDefinition/{}", facts.profile);
    object([("lastUpdated", text("{{updated}}")), ("profile", one(text(&profile)))])
}

fn organization() -> Json {
    let profile = "http://hl7.org/fhir/us/carin-bb/StructureDefinition/C4BB-Organization";
    let provider = object([
        ("type", concept([coding(&format!("{HL7}v2-0203"), "PRN", "")])),
        ("value", text("990{{npi7}}")),
    ]);
    let national = object([
        ("type", concept([coding(&format!("{CARIN}C4BBIdentifierType"), "npi", "")])),
        ("system", text(NPI)),
        ("value", text("{{npi7}}")),
    ]);
    object([
        ("resourceType", text("Organization")),
        ("id", text("provider-org")),
        ("meta", object([("profile", one(text(profile)))])),
        ("identifier", array([provider, national])),
        ("active", "true".to_owned()),
    ])
}

fn extensions(facts: &Facts) -> Json {
    let (code, display) = facts.near_line;
    let near_line = coded("nch_near_line_rec_ident_cd", code, display);
    if facts.institutional {
        return array([
            near_line,
            coded("clm_srvc_clsfctn_type_cd", "1", ""),
            coded("fi_num", "77001", ""),
            coded("claim_query_cd", "3", "Final bill"),
        ]);
    }
    array([
        near_line,
        identified("carr_num", "77002"),
        identified("carr_clm_cntl_num", "{{control}}"),
        coded("carr_clm_pmt_dnl_cd", "1", "Physician/supplier"),
        coded("asgmntcd", "A", "Assigned claim"),
        identified("clm_clncl_tril_num", "0"),
    ])
}

fn identifiers() -> Json {
    let identifier = |system: &str, value: &str| {
        let unique = coding(&format!("{CARIN}C4BBIdentifierType"), "uc", "Unique Claim ID");
        object([("type", concept([unique])), ("system", text(system)), ("value", text(value))])
    };
    array([
        identifier(&variable("clm_id"), "{{claim}}"),
        identifier("https://bluebutton.cms.gov/resources/identifier/claim-group", "{{group}}"),
    ])
}

fn claim_type(facts: &Facts) -> Json {
    concept([
        coding(&variable("nch_clm_type_cd"), facts.nch.0, facts.nch.1),
        coding(&format!("{BLUE_BUTTON}eob-type"), facts.eob_type, ""),
        coding(&format!("{HL7}claim-type"), facts.claim_type.0, facts.claim_type.1),
    ])
}

fn billable_period() -> Json {
    let query = one(coded("claim_query_cd", "3", "Final bill"));
    object([("extension", query), ("start", text("{{start}}")), ("end", text("{{end}}"))])
}

fn facility(facts: &Facts) -> Json {
    object([("extension", one(coded("clm_fac_type_cd", facts.place.0, facts.place.1)))])
}

fn care_team(facts: &Facts) -> Json {
    let roles: &[(&str, &str)] = if facts.institutional {
        &[("attending", "Attending"), ("operating", "Operating"), ("performing", "Performing provider")]
    } else {
        &[("referring", "Referring"), ("performing", "Performing provider")]
    };
    array(roles.iter().enumerate().map(|(index, (code, display))| member(index, code, display)))
}

fn member(index: usize, code: &str, display: &str) -> Json {
    let npi_type = coding(&format!("{CARIN}C4BBIdentifierType"), "npi", "National Provider Identifier");
    let npi = object([("type", concept([npi_type])), ("value", text(&format!("{{{{npi{index}}}}}")))]);
    object([
        ("sequence", (index + 1).to_string()),
        ("provider", object([("identifier", npi)])),
        ("role", concept([coding(&format!("{CARIN}C4BBClaimCareTeamRole"), code, display)])),
    ])
}

fn supporting_information(facts: &Facts) -> Json {
    let received = information(
        1,
        &coding(&format!("{CARIN}C4BBSupportingInfoType"), "clmrecvddate", "Claim Received Date"),
        "nch_wkly_proc_dt",
        "NCH Weekly Claim Processing Date",
        ("timingDate", text("{{processed}}")),
    );
    let coded_info = |sequence, variable_name: &str, display: &str, code: &str, meaning: &str| {
        information(
            sequence,
            &coding(&format!("{HL7}claiminformationcategory"), "info", "Information"),
            variable_name,
            display,
            ("code", concept([coding(&variable(variable_name), code, meaning)])),
        )
    };
    if !facts.institutional {
        let paid = "Primary Payer Code (if not Medicare)";
        return array([
            received,
            coded_info(2, "nch_prmry_pyr_cd", paid, "0", "Medicare is the primary payer"),
        ]);
    }
    array([
        received,
        coded_info(2, "clm_ip_admsn_type_cd", "Claim Inpatient Admission Type Code", "3", "Elective"),
        coded_info(
            3,
            "clm_src_ip_admsn_cd",
            "Claim Source Inpatient Admission Code",
            "1",
            "Non-health care facility",
        ),
        coded_info(
            4,
            "ptnt_dschrg_stus_cd",
            "Patient Discharge Status Code",
            "01",
            "Discharged to home/self-care",
        ),
        coded_info(5, "nch_ptnt_stus_ind_cd", "NCH Patient Status Indicator Code", "A", "Discharged"),
        coded_info(
            6,
            "clm_pps_ind_cd",
            "Claim PPS Indicator Code",
            "2",
            "PPS bill; claim contains PPS indicator",
        ),
    ])
}

fn information(sequence: usize, category: &str, name: &str, display: &str, value: (&str, Json)) -> Json {
    let variable = coding(&format!("{BLUE_BUTTON}information"), &variable(name), display);
    object([
        ("sequence", sequence.to_string()),
        ("category", concept([category.to_owned(), variable])),
        value,
    ])
}

fn diagnosis(facts: &Facts, index: usize, variant: usize) -> Json {
    let kind = if index == 0 {
        coding(&format!("{HL7}ex-diagnosistype"), "principal", "principal")
    } else {
        coding(&format!("{CARIN}C4BBClaimDiagnosisType"), "secondary", "Secondary")
    };
    let code = facts.diagnoses[(index + variant * 2) % facts.diagnoses.len()];
    object([
        ("sequence", (index + 1).to_string()),
        ("diagnosisCodeableConcept", concept([coding("http://hl7.org/fhir/sid/icd-10-cm", code, "")])),
        ("type", one(concept([kind]))),
    ])
}

fn insurance(facts: &Facts) -> Json {
    let reference = format!("Coverage/{}--{{{{patient}}}}", facts.part);
    let coverage = object([("reference", text(&reference))]);
    one(object([("focal", "true".to_owned()), ("coverage", coverage)]))
}

fn item(facts: &Facts, index: usize, variant: usize) -> Json {
    let service = facts.services[(index * 3 + variant) % facts.services.len()];
    object([
        ("extension", one(coded("line_prcsg_ind_cd", "A", "Allowed"))),
        ("sequence", (index + 1).to_string()),
        ("careTeamSequence", "[2]".to_owned()),
        ("diagnosisSequence", "[1]".to_owned()),
        ("revenue", institution(facts, concept([coding(&variable("rev_cntr"), "0450", "Emergency room")]))),
        ("category", concept([coding(&variable("line_cms_type_srvc_cd"), "1", "Medical care")])),
        ("productOrService", concept([coding(&format!("{BLUE_BUTTON}hcpcs"), service, "")])),
        ("servicedPeriod", period()),
        ("locationCodeableConcept", location(facts)),
        ("quantity", object([("value", "1".to_owned())])),
        ("adjudication", adjudications(index)),
    ])
}

fn location(facts: &Facts) -> Json {
    object([
        ("extension", array([coded("prvdr_state_cd", "XX", ""), coded("prvdr_zip", "00000", "")])),
        ("coding", one(coding(&variable("line_place_of_srvc_cd"), facts.place.0, facts.place.1))),
    ])
}

fn adjudications(item: usize) -> Json {
    const AMOUNTS: [(&str, &str, &str, &str); 5] = [
        ("submitted", "Submitted Amount", "line_sbmtd_chrg_amt", "Line Submitted Charge Amount"),
        ("eligible", "Eligible Amount", "line_alowd_chrg_amt", "Line Allowed Charge Amount"),
        ("benefit", "Benefit Amount", "line_nch_pmt_amt", "Line NCH Medicare Payment Amount"),
        ("deductible", "Deductible", "line_bene_ptb_ddctbl_amt", "Line Beneficiary Part B Deductible Amount"),
        ("coinsurance", "Co-insurance", "line_coinsrnc_amt", "Line Beneficiary Coinsurance Amount"),
    ];
    array(AMOUNTS.iter().enumerate().map(|(index, (code, display, name, meaning))| {
        let category = concept([
            coding(&format!("{HL7}adjudication"), code, display),
            coding(&format!("{BLUE_BUTTON}adjudication"), &variable(name), meaning),
        ]);
        object([("category", category), ("amount", dollars(item * AMOUNTS.len() + index))])
    }))
}

fn total() -> Json {
    let category = concept([
        coding(&format!("{HL7}adjudication"), "submitted", "Submitted Amount"),
        coding(
            &format!("{BLUE_BUTTON}adjudication"),
            &variable("clm_tot_chrg_amt"),
            "Claim Total Charge Amount",
        ),
    ]);
    object([("category", category), ("amount", dollars(21))])
}

fn benefit_balance() -> Json {
    const BALANCES: [(&str, &str); 4] = [
        ("carr_clm_cash_ddctbl_apld_amt", "Carrier Claim Cash Deductible Applied Amount"),
        ("nch_clm_prvdr_pmt_amt", "NCH Claim Provider Payment Amount"),
        ("nch_clm_bene_pmt_amt", "NCH Claim Payment Amount to Beneficiary"),
        ("nch_carr_clm_alowd_amt", "NCH Carrier Claim Allowed Charge Amount"),
    ];
    let financial = BALANCES.iter().enumerate().map(|(index, (name, display))| {
        let balance = coding(&format!("{BLUE_BUTTON}benefit-balance"), &variable(name), display);
        object([("type", concept([balance])), ("usedMoney", dollars(22 + index))])
    });
    object([
        ("category", concept([coding(&format!("{HL7}ex-benefitcategory"), "1", "Medical Care")])),
        ("financial", array(financial)),
    ])
}
