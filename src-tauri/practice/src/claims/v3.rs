//! The shape of an R4 claim in the v3 data model.

use super::json::{Json, absent, array, coding, concept, dollars, object, one, period, text};
use super::kind::{ClaimType, Facts};

const CMS: &str = "https://bluebutton.cms.gov/fhir/CodeSystem/";
const CARIN: &str = "http://hl7.org/fhir/us/carin-bb/CodeSystem/";
const HL7: &str = "http://terminology.hl7.org/CodeSystem/";

/// The resource with its holes.
pub(super) fn resource(kind: ClaimType, variant: usize) -> Json {
    let facts = kind.facts();
    let items = variant * 2 + 1;
    object([
        ("resourceType", text("ExplanationOfBenefit")),
        ("id", text("{{id}}")),
        ("meta", meta(facts)),
        ("contained", array([organization("PROVIDER_BILLING", 7), organization("PROVIDER_RENDERING", 8)])),
        ("identifier", identifiers()),
        ("status", text("active")),
        ("type", claim_type(facts)),
        ("subType", if facts.institutional { sub_type(kind) } else { absent() }),
        ("use", text("claim")),
        ("patient", object([("reference", text("Patient/-{{patient}}"))])),
        ("billablePeriod", period()),
        ("created", text("{{created}}")),
        ("insurer", object([("identifier", object([("value", text("CMS"))]))])),
        ("provider", object([("reference", text("#PROVIDER_BILLING"))])),
        ("outcome", text("complete")),
        ("supportingInfo", supporting_information()),
        ("diagnosis", array((0..=variant + 1).map(|index| diagnosis(facts, index, variant)))),
        ("insurance", insurance(facts)),
        ("item", array((0..items).map(|index| item(facts, index, variant)))),
        ("adjudication", adjudications(20)),
        ("total", array([total("submitted", 26), total("benefit", 27)])),
        ("payment", object([("date", text("{{processed}}")), ("amount", dollars(28))])),
    ])
}

fn meta(facts: &Facts) -> Json {
    let profile = format!("http://hl7.org/fhir/us/carin-bb/StructureDefinition/{}|2.1.0", facts.profile);
    object([
        ("lastUpdated", text("{{updated}}")),
        ("source", text("NCH")),
        ("profile", one(text(&profile))),
        (
            "tag",
            array([
                coding(&format!("{CMS}System-Type"), "NationalClaimsHistory", ""),
                coding(&format!("{CMS}Final-Action"), "FinalAction", ""),
            ]),
        ),
    ])
}

fn organization(id: &str, npi: usize) -> Json {
    let kind = coding(&format!("{HL7}v2-0203"), "NPI", "National provider identifier");
    let identifier = object([
        ("type", concept([kind])),
        ("system", text("http://hl7.org/fhir/sid/us-npi")),
        ("value", text(&format!("{{{{npi{npi}}}}}"))),
    ]);
    object([
        ("resourceType", text("Organization")),
        ("id", text(id)),
        ("identifier", one(identifier)),
        ("active", "true".to_owned()),
    ])
}

fn identifiers() -> Json {
    let unique = coding(&format!("{CARIN}C4BBIdentifierType"), "uc", "Unique Claim ID");
    let control = "https://bluebutton.cms.gov/identifiers/CLM-CNTL-NUM";
    array([
        object([("type", concept([unique])), ("value", text("-{{claim}}"))]),
        object([("system", text(control)), ("value", text("{{control}}"))]),
    ])
}

fn claim_type(facts: &Facts) -> Json {
    concept([
        coding(&format!("{CMS}CLM-TYPE-CD"), facts.v3.0, facts.v3.1),
        coding(&format!("{HL7}claim-type"), facts.claim_type.0, facts.claim_type.1),
    ])
}

fn sub_type(kind: ClaimType) -> Json {
    let inpatient = matches!(kind, ClaimType::Inpatient | ClaimType::Snf | ClaimType::Hospice);
    let code = if inpatient { "inpatient" } else { "outpatient" };
    concept([coding(&format!("{CARIN}C4BBInstitutionalClaimSubType"), code, "")])
}

fn supporting_information() -> Json {
    const CODES: [(&str, &str, &str, &str); 6] = [
        ("CLM_ADJSTMT_TYPE_CD", "Claim Adjustment Type Code", "0", "ORIGINAL CLAIM"),
        ("CLM_SBMT_FRMT_CD", "Claim Submission Format Code", "X", "X12 837"),
        ("CLM_DISP_CD", "Claim Disposition Code", "01", "DEBIT ACCEPTED"),
        ("CLM_QUERY_CD", "Claim Query Code", "3", "FINAL BILL"),
        ("CLM_NRLN_RIC_CD", "Claim Near Line Record Identification Code", "O", "PART B PHYSICIAN/SUPPLIER"),
        ("CLM_AUDT_TRL_STUS_CD", "Claim Audit Trail Status Code", "0", "PROCESSED"),
    ];
    let coded = CODES.iter().enumerate().map(|(index, (name, display, code, meaning))| {
        let system = format!("{CMS}{}", name.replace('_', "-"));
        information(index + 3, name, display, ("code", concept([coding(&system, code, meaning)])))
    });
    let dates = [
        information(1, "CLM_IDR_LD_DT", "Claim IDR Load Date", ("timingDate", text("{{processed}}"))),
        information(2, "CLM_CMS_PROC_DT", "FI Claim Process Date", ("timingDate", text("{{processed}}"))),
    ];
    array(dates.into_iter().chain(coded))
}

fn information(sequence: usize, name: &str, display: &str, value: (&str, Json)) -> Json {
    let category = concept([
        coding(&format!("{CMS}Supporting-Information"), name, display),
        coding(&format!("{HL7}claiminformationcategory"), "info", "Information"),
    ]);
    object([("sequence", sequence.to_string()), ("category", category), value])
}

fn diagnosis(facts: &Facts, index: usize, variant: usize) -> Json {
    let kind = if index == 0 { "principal" } else { "secondary" };
    let code = facts.diagnoses[(index + variant * 2) % facts.diagnoses.len()];
    object([
        ("sequence", (index + 1).to_string()),
        ("diagnosisCodeableConcept", concept([coding("http://hl7.org/fhir/sid/icd-10-cm", code, "")])),
        ("type", one(concept([coding(&format!("{CARIN}C4BBClaimDiagnosisType"), kind, "")]))),
    ])
}

fn insurance(facts: &Facts) -> Json {
    let display = if facts.part == "part-a" { "Part A" } else { "Part B" };
    one(object([("focal", "true".to_owned()), ("coverage", object([("display", text(display))]))]))
}

fn item(facts: &Facts, index: usize, variant: usize) -> Json {
    let service = facts.services[(index * 3 + variant) % facts.services.len()];
    object([
        ("sequence", (index + 1).to_string()),
        ("diagnosisSequence", "[1]".to_owned()),
        ("revenue", concept([coding("https://www.nubc.org/CodeSystem/RevenueCodes", "0450", "")])),
        (
            "productOrService",
            concept([coding("http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", service, "")]),
        ),
        ("servicedPeriod", period()),
        (
            "locationCodeableConcept",
            concept([coding(&format!("{CMS}CLM-POS-CD"), facts.place.0, facts.place.1)]),
        ),
        ("quantity", object([("value", "1.0".to_owned()), ("unit", text("unit"))])),
        ("adjudication", adjudications(index % 4 * 5)),
    ])
}

fn adjudications(first: usize) -> Json {
    const AMOUNTS: [(&str, &str); 5] = [
        ("CLM_LINE_SBMT_CHRG_AMT", "Line Submitted Charge Amount"),
        ("CLM_LINE_ALOWD_CHRG_AMT", "Line Allowed Charge Amount"),
        ("CLM_LINE_CVRD_PD_AMT", "Line Covered Paid Amount"),
        ("CLM_LINE_BENE_PMT_AMT", "Line Beneficiary Payment Amount"),
        ("CLM_LINE_PRVDR_PMT_AMT", "Line Provider Payment Amount"),
    ];
    array(AMOUNTS.iter().enumerate().map(|(index, (code, display))| {
        let category = concept([coding(&format!("{CMS}Adjudication"), code, display)]);
        object([("category", category), ("amount", dollars(first + index))])
    }))
}

fn total(code: &str, amount: usize) -> Json {
    let category = concept([coding(&format!("{HL7}adjudication"), code, "")]);
    object([("category", category), ("amount", dollars(amount))])
}
