//! The shape of an STU3 claim (v1 of the API).

use super::json::{Json, absent, array, coding, concept, object, one, period, text};
use super::kind::{ClaimType, Facts};
use super::r4::variable;

const NPI: &str = "http://hl7.org/fhir/sid/us-npi";
const CURRENCY: &str = "https://bluebutton.cms.gov/resources/codesystem/identifier-currency";

/// The resource with its holes.
pub(super) fn resource(kind: ClaimType, variant: usize) -> Json {
    let facts = kind.facts();
    object([
        ("resourceType", text("ExplanationOfBenefit")),
        ("id", text("{{id}}")),
        ("meta", object([("lastUpdated", text("{{updated}}"))])),
        ("extension", one(beneficiary())),
        ("identifier", identifiers()),
        ("status", text("active")),
        ("type", claim_type(facts)),
        ("patient", object([("reference", text("Patient/-{{patient}}"))])),
        ("billablePeriod", billable_period()),
        ("provider", institution(facts, identified(&variable("prvdr_num"), "990001"))),
        ("organization", institution(facts, identified(NPI, "{{npi7}}"))),
        ("facility", institution(facts, facility(facts))),
        (
            "careTeam",
            array([member(1, "primary", "Primary provider"), member(2, "assist", "Assisting Provider")]),
        ),
        ("diagnosis", array((0..=variant + 1).map(|index| diagnosis(facts, index, variant)))),
        ("precedence", "0".to_owned()),
        ("item", array((0..=variant).map(|index| item(facts, index, variant)))),
    ])
}

fn institution(facts: &Facts, value: Json) -> Json {
    if facts.institutional { value } else { absent() }
}

fn beneficiary() -> Json {
    let current = object([("code", text("current"))]);
    let currency = object([("url", text(CURRENCY)), ("valueCoding", current)]);
    let identifier = object([
        ("extension", one(currency)),
        ("system", text("http://hl7.org/fhir/sid/us-mbi")),
        ("value", text("{{mbi}}")),
    ]);
    let url = "http://hl7.org/fhir/StructureDefinition/elementdefinition-identifier";
    object([("url", text(url)), ("valueIdentifier", identifier)])
}

fn identifiers() -> Json {
    let identifier = |system: &str, value: &str| object([("system", text(system)), ("value", text(value))]);
    array([
        identifier(&variable("clm_id"), "-{{claim}}"),
        identifier("https://bluebutton.cms.gov/resources/identifier/claim-group", "-{{group}}"),
    ])
}

fn claim_type(facts: &Facts) -> Json {
    concept([
        coding(&variable("nch_clm_type_cd"), facts.nch.0, facts.nch.1),
        coding("https://bluebutton.cms.gov/resources/codesystem/eob-type", facts.eob_type, ""),
        coding("http://hl7.org/fhir/ex-claimtype", facts.claim_type.0, facts.claim_type.1),
        coding(&variable("nch_near_line_rec_ident_cd"), facts.near_line.0, facts.near_line.1),
    ])
}

fn billable_period() -> Json {
    let query = variable("claim_query_cd");
    let final_bill = object([("url", text(&query)), ("valueCoding", coding(&query, "3", "Final bill"))]);
    object([("extension", one(final_bill)), ("start", text("{{start}}")), ("end", text("{{end}}"))])
}

fn identified(system: &str, value: &str) -> Json {
    object([("identifier", object([("system", text(system)), ("value", text(value))]))])
}

fn facility(facts: &Facts) -> Json {
    let name = variable("clm_fac_type_cd");
    let kind = object([("url", text(&name)), ("valueCoding", coding(&name, facts.place.0, facts.place.1))]);
    object([("extension", one(kind))])
}

fn member(sequence: usize, code: &str, display: &str) -> Json {
    object([
        ("sequence", sequence.to_string()),
        ("provider", identified(NPI, &format!("{{{{npi{sequence}}}}}"))),
        ("role", concept([coding("http://hl7.org/fhir/claimcareteamrole", code, display)])),
    ])
}

fn diagnosis(facts: &Facts, index: usize, variant: usize) -> Json {
    let principal = coding(
        "https://bluebutton.cms.gov/resources/codesystem/diagnosis-type",
        "principal",
        "The diagnosis that is most relevant to the need for treatment.",
    );
    let code = facts.diagnoses[(index + variant * 2) % facts.diagnoses.len()];
    object([
        ("sequence", (index + 1).to_string()),
        ("diagnosisCodeableConcept", concept([coding("http://hl7.org/fhir/sid/icd-10", code, "")])),
        ("type", if index == 0 { one(concept([principal])) } else { absent() }),
    ])
}

fn item(facts: &Facts, index: usize, variant: usize) -> Json {
    let service = facts.services[(index * 3 + variant) % facts.services.len()];
    object([
        ("sequence", (index + 1).to_string()),
        ("careTeamLinkId", "[1]".to_owned()),
        ("service", concept([coding("https://bluebutton.cms.gov/resources/codesystem/hcpcs", service, "")])),
        ("servicedPeriod", period()),
        ("locationAddress", object([("state", text("XX"))])),
        ("quantity", object([("value", "1".to_owned())])),
    ])
}
