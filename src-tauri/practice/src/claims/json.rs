//! JSON text in the order in which it is written, since real claims begin with their resource type and ID.

/// Text that is JSON already.
pub(super) type Json = String;

/// An object; fields whose value is empty are left out.
pub(super) fn object<const N: usize>(fields: [(&str, Json); N]) -> Json {
    let written: Vec<String> = fields
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    format!("{{{}}}", written.join(","))
}

/// An array.
pub(super) fn array(items: impl IntoIterator<Item = Json>) -> Json {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join(","))
}

/// An array of one.
pub(super) fn one(item: Json) -> Json {
    array([item])
}

/// A string.
pub(super) fn text(value: &str) -> Json {
    serde_json::Value::from(value).to_string()
}

/// A value to be left out.
pub(super) fn absent() -> Json {
    Json::new()
}

/// A coding with a display, which may be empty.
pub(super) fn coding(system: &str, code: &str, display: &str) -> Json {
    let display = if display.is_empty() { absent() } else { text(display) };
    object([("system", text(system)), ("code", text(code)), ("display", display)])
}

/// A concept of these codings.
pub(super) fn concept(codings: impl IntoIterator<Item = Json>) -> Json {
    object([("coding", array(codings))])
}

/// A period of the claim's own dates.
pub(super) fn period() -> Json {
    object([("start", text("{{start}}")), ("end", text("{{end}}"))])
}

/// An amount that differs from claim to claim.
pub(super) fn dollars(field: usize) -> Json {
    object([("value", format!("{{{{amount{field}}}}}")), ("currency", text("USD"))])
}
