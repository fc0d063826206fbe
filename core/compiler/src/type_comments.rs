//! Type comments (PEP 484): `# type: int` behind assignments, headers and parameters, and `# type: ignore`.
//!
//! The parser drops comments, so they are collected from its tokens, and the converter takes those that stand where
//! they may while it makes the nodes. One that nobody takes stands where it must not.

use crate::error::CompileError;
use crate::ast::Span;

pub struct TypeComment {
    /// Where the comment begins in the text.
    pub at: usize,
    pub text: String,
    taken: bool,
}

#[derive(Default)]
pub struct TypeComments {
    comments: Vec<TypeComment>,
    /// Offset and tag of `# type: ignore` comments.
    pub ignores: Vec<(usize, String)>,
}

/// What follows `# type:` in a comment.
fn content(comment: &str) -> Option<&str> {
    let rest = comment.strip_prefix('#')?.trim_start_matches([' ', '\t']);
    Some(rest.strip_prefix("type:")?.trim_start_matches([' ', '\t']))
}

/// The tag of an `ignore`: it must not be the start of a longer word.
fn ignore_tag(content: &str) -> Option<&str> {
    let tag = content.strip_prefix("ignore")?;
    let word = tag.chars().next().is_some_and(|c| c.is_ascii_alphanumeric() || !c.is_ascii());
    (!word).then_some(tag)
}

impl TypeComments {
    pub fn add(&mut self, at: usize, comment: &str) {
        let Some(text) = content(comment) else { return };
        match ignore_tag(text) {
            Some(tag) => self.ignores.push((at, tag.to_owned())),
            None => self.comments.push(TypeComment { at, text: text.trim_end().to_owned(), taken: false }),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.comments.is_empty()
    }

    /// The first comment behind `from` (before `until`) if only what `fits` accepts is between.
    pub fn take(&mut self, source: &str, from: usize, until: usize, fits: impl Fn(&str) -> bool) -> Option<String> {
        let found = self.comments.iter_mut().find(|c| !c.taken && c.at >= from && c.at < until)?;
        if !source.get(from..found.at).is_some_and(fits) {
            return None;
        }
        found.taken = true;
        Some(found.text.clone())
    }

    /// The error for a comment that stands nowhere in particular.
    pub fn misplaced(&self, source: &str, span: impl Fn(usize, usize) -> Span) -> Option<CompileError> {
        let comment = self.comments.iter().find(|c| !c.taken)?;
        let end = source[comment.at..].find('\n').map_or(source.len(), |length| comment.at + length);
        let before: String = source[..comment.at].chars().rev().filter(|c| !c.is_whitespace()).take(2).collect();
        let bare = before == ",*" || before.starts_with('*');
        let message = if bare { "bare * has associated type comment" } else { "invalid syntax" };
        Some(CompileError::at(span(comment.at, end), message))
    }
}

/// Between a statement and its comment.
pub fn same_line(between: &str) -> bool {
    between.chars().all(|c| matches!(c, ' ' | '\t'))
}

/// Between a parameter and its comment.
pub fn behind_parameter(between: &str) -> bool {
    between.chars().filter(|c| !matches!(c, ' ' | '\t')).collect::<String>().trim_start_matches(',').is_empty()
}

/// Between the last part of a header and its comment: the colon, and then no more lines.
pub fn behind_colon(between: &str) -> bool {
    between.rsplit_once(':').is_some_and(|(_, rest)| same_line(rest))
}

/// As `behind_colon`, on a line of its own.
pub fn below_colon(between: &str) -> bool {
    between.rsplit_once(':').is_some_and(|(_, rest)| rest.trim().is_empty())
}
