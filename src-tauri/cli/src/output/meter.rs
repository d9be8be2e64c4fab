//! How far the reading of a folder is, on a terminal.

use std::io::{self, IsTerminal};

use ab2d_engine::problem::size;
use ab2d_engine::view::VerifyProgress;
use indicatif::{ProgressBar, ProgressStyle};

const TEMPLATE: &str = "Verifying [{bar:24}] {percent:>3} % {wide_msg}";

/// A bar on standard error, where that is a terminal.
pub(crate) struct Meter(ProgressBar);

impl Meter {
    /// Nothing is read yet.
    pub(crate) fn begin() -> Self {
        let bar = if io::stderr().is_terminal() { ProgressBar::no_length() } else { ProgressBar::hidden() };
        bar.set_style(style());
        Self(bar)
    }

    /// So far it is.
    pub(crate) fn show(&self, progress: VerifyProgress) {
        self.0.set_length(progress.bytes.max(1));
        self.0.set_position(progress.bytes_done);
        self.0.set_message(words(progress));
    }

    /// It is over.
    pub(crate) fn end(self) {
        self.0.finish_and_clear();
    }
}

fn words(progress: VerifyProgress) -> String {
    let VerifyProgress { files, files_done, bytes, bytes_done } = progress;
    format!("{files_done} of {files} files, {} of {}", size(bytes_done), size(bytes))
}

#[expect(clippy::expect_used, reason = "the template is a constant of this file, and a test reads it")]
fn style() -> ProgressStyle {
    ProgressStyle::with_template(TEMPLATE).expect("a template of this file is valid").progress_chars("=> ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_how_far_it_is() {
        let meter = Meter(ProgressBar::hidden().with_style(style()));
        let progress = VerifyProgress { files: 412, files_done: 3, bytes: 2_000, bytes_done: 500 };
        meter.show(progress);
        assert_eq!((meter.0.position(), meter.0.length()), (500, Some(2_000)));
        assert_eq!(words(progress), "3 of 412 files, 500 bytes of 2.0 kB");
    }
}
