//! The page's types are those of the engine: generated, committed, and compared here.
//!
//! After a change of the seam: `AB2D_WRITE_BINDINGS=1 cargo test -p ab2d-engine --test bindings`

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use ab2d_engine::view;
use ts_rs::{Config, ExportError, TS};

fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/bindings")
}

fn generate(folder: &Path) -> Result<(), ExportError> {
    let config = Config::new().with_out_dir(folder).with_large_int("number");
    view::Snapshot::export_all(&config)?;
    view::Event::export_all(&config)?;
    view::ContractForm::export_all(&config)?;
    view::ExportPreview::export_all(&config)?;
    view::FolderView::export_all(&config)?;
    view::HistoryFilter::export_all(&config)?;
    view::HistoryPage::export_all(&config)?;
    view::FieldError::export_all(&config)?;
    view::VerifyReport::export_all(&config)?;
    view::AuditVerdict::export_all(&config)
}

fn texts(folder: &Path) -> BTreeMap<String, String> {
    let read = |entry: fs::DirEntry| {
        let text = fs::read_to_string(entry.path()).unwrap_or_default();
        (entry.file_name().to_string_lossy().into_owned(), text)
    };
    fs::read_dir(folder).into_iter().flatten().flatten().map(read).collect()
}

#[test]
fn the_pages_types_are_the_engines() {
    let folder = tempfile::tempdir().unwrap();
    generate(folder.path()).unwrap();
    let generated = texts(folder.path());
    if std::env::var_os("AB2D_WRITE_BINDINGS").is_some() {
        _ = fs::remove_dir_all(committed());
        fs::create_dir_all(committed()).unwrap();
        for (name, text) in &generated {
            fs::write(committed().join(name), text).unwrap();
        }
    }
    let stale: Vec<_> = texts(&committed())
        .into_iter()
        .filter(|(name, text)| generated.get(name) != Some(text))
        .map(|(name, _)| name)
        .chain(generated.keys().filter(|name| !committed().join(name).exists()).cloned())
        .collect();
    assert!(stale.is_empty(), "generate them again with AB2D_WRITE_BINDINGS=1: {stale:?}");
}
