//! What is wrong with an archive, for people.

use super::{
    safe::for_terminal,
    text::{DIM, PLAIN, counted},
};
use crate::search::Doctor;

/// The findings, one a line, and how much was looked at.
pub(crate) fn doctor(doctor: &Doctor) -> String {
    let mut out: String =
        doctor.findings.iter().map(|found| for_terminal(&found.to_string()).into_owned() + "\n").collect();
    let found = match doctor.findings.len() as u64 {
        0 => "nothing to find fault with".to_owned(),
        count => counted(count, "finding"),
    };
    let looked = [(doctor.articles, "article"), (doctor.sources, "source"), (doctor.segments, "segment")];
    let looked: Vec<String> = looked.iter().map(|&(count, noun)| counted(count, noun)).collect();
    out += &format!("{DIM}{}: {found}{PLAIN}\n", looked.join(", "));
    out
}
