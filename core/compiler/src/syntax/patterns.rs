//! The rules for `match`, with the mistakes each rule knows.

use super::explain::{Fail, K, Node, Peg, R};
use super::tokenizer::Kind;
use crate::alts;
use crate::error::ErrorKind;

mod id {
    pub const CLOSED_PATTERN: u16 = 40;
    pub const STAR_PATTERN: u16 = 41;
}

impl<'s> Peg<'s> {
    pub fn match_stmt(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let word = p.kw("match")?;
                p.subject_expr()?;
                p.op(":")?;
                p.newline()?;
                p.kind(Kind::Indent)?;
                p.many1(|p| p.case_block())?;
                p.kind(Kind::Dedent)?;
                Ok(word)
            },
            |p| p.mistake(|p| alts!(p;
                |p| {
                    p.kw("match")?;
                    p.subject_expr()?;
                    p.newline()?;
                    p.raise_last(ErrorKind::SyntaxError, "expected ':'")
                },
                |p| {
                    let word = p.kw("match")?;
                    p.subject_expr()?;
                    p.op(":")?;
                    p.newline()?;
                    p.not(|p| p.kind(Kind::Indent))?;
                    let message = format!("expected an indented block after 'match' statement on line {}", word.line);
                    p.raise_last(ErrorKind::IndentationError, message)
                },
            )),
        )
    }

    fn subject_expr(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let start = p.mark;
                p.star_named_expression()?;
                p.op(",")?;
                p.opt(|p| p.star_named_expressions())?;
                Ok(p.node(K::Tuple, start, Vec::new()))
            },
            |p| p.named_expression(),
        )
    }

    fn case_head(&mut self) -> R<'s> {
        let word = self.kw("case")?;
        self.patterns()?;
        self.opt(|p| {
            p.kw("if")?;
            p.named_expression()
        })?;
        Ok(word)
    }

    fn case_block(&mut self) -> R<'s> {
        alts!(self;
            |p| p.mistake(|p| alts!(p;
                |p| {
                    p.case_head()?;
                    p.newline()?;
                    p.raise_last(ErrorKind::SyntaxError, "expected ':'")
                },
                |p| {
                    let word = p.case_head()?;
                    p.op(":")?;
                    p.newline()?;
                    p.not(|p| p.kind(Kind::Indent))?;
                    let message = format!("expected an indented block after 'case' statement on line {}", word.line);
                    p.raise_last(ErrorKind::IndentationError, message)
                },
            )),
            |p| {
                let word = p.case_head()?;
                p.op(":")?;
                p.block()?;
                Ok(word)
            },
        )
    }

    fn patterns(&mut self) -> R<'s> {
        alts!(self; |p| p.open_sequence_pattern(), |p| p.pattern())
    }

    fn pattern(&mut self) -> R<'s> {
        alts!(self; |p| p.as_pattern(), |p| p.or_pattern())
    }

    fn as_pattern(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let start = p.mark;
                p.or_pattern()?;
                p.kw("as")?;
                p.capture_target()?;
                Ok(p.other(start))
            },
            |p| p.mistake(|p| alts!(p;
                |p| {
                    p.or_pattern()?;
                    p.kw("as")?;
                    let wildcard = p.kw("_")?;
                    p.raise_at(&wildcard, "cannot use '_' as a target")
                },
                |p| {
                    p.or_pattern()?;
                    p.kw("as")?;
                    let target = p.expression()?;
                    let what = target.k.description();
                    p.raise_at(&target, format!("cannot use {what} as pattern target"))
                },
            )),
        )
    }

    fn or_pattern(&mut self) -> R<'s> {
        let start = self.mark;
        self.gather("|", |p| p.closed_pattern())?;
        Ok(self.other(start))
    }

    fn closed_pattern(&mut self) -> R<'s> {
        self.memo(id::CLOSED_PATTERN, |p| alts!(p;
            |p| p.literal_pattern(),
            |p| p.capture_target(),
            |p| p.kw("_"),
            |p| {
                let attr = p.attr()?;
                p.not(|p| alts!(p; |p| p.op("."), |p| p.op("("), |p| p.op("=")))?;
                Ok(attr)
            },
            |p| {
                p.op("(")?;
                let inner = p.pattern()?;
                p.op(")")?;
                Ok(inner)
            },
            |p| p.sequence_pattern(),
            |p| p.mapping_pattern(),
            |p| p.class_pattern(),
        ))
    }

    fn literal_pattern(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let start = p.mark;
                p.signed_number()?;
                p.not(|p| alts!(p; |p| p.op("+"), |p| p.op("-")))?;
                Ok(p.other(start))
            },
            |p| p.complex_number(),
            |p| p.pattern_strings(),
            |p| p.kw("None"),
            |p| p.kw("True"),
            |p| p.kw("False"),
        )
    }

    fn pattern_strings(&mut self) -> R<'s> {
        match self.peek()?.kind {
            Kind::String | Kind::FStart(_) => self.strings(),
            _ => Err(Fail::No),
        }
    }

    fn signed_number(&mut self) -> R<'s> {
        let start = self.mark;
        self.opt(|p| p.op("-"))?;
        self.kind(Kind::Number)?;
        Ok(self.other(start))
    }

    fn complex_number(&mut self) -> R<'s> {
        let start = self.mark;
        let real = self.signed_number()?;
        let is_imaginary = |p: &Self| p.tokens[p.mark - 1].text.ends_with(['j', 'J']);
        let first_imaginary = is_imaginary(self);
        let token = self.peek()?;
        if token.kind != Kind::Op || !matches!(token.text, "+" | "-") {
            return Err(Fail::No);
        }
        if first_imaginary {
            return self.raise_at(&real, "real number required in complex literal");
        }
        self.op(token.text)?;
        let imaginary = self.kind(Kind::Number)?;
        if !is_imaginary(self) {
            return self.raise_at(&imaginary, "imaginary number required in complex literal");
        }
        Ok(self.other(start))
    }

    fn capture_target(&mut self) -> R<'s> {
        self.not(|p| p.kw("_"))?;
        let name = self.name()?;
        self.not(|p| alts!(p; |p| p.op("."), |p| p.op("("), |p| p.op("=")))?;
        Ok(name)
    }

    /// A dotted name with at least one dot.
    fn attr(&mut self) -> R<'s> {
        let start = self.mark;
        self.name()?;
        self.many1(|p| {
            p.op(".")?;
            p.name()
        })?;
        Ok(self.node(K::Attribute, start, Vec::new()))
    }

    fn name_or_attr(&mut self) -> R<'s> {
        alts!(self; |p| p.attr(), |p| p.name())
    }

    fn sequence_pattern(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let open = p.op("[")?;
                p.opt(|p| p.maybe_sequence_pattern())?;
                p.op("]")?;
                Ok(open)
            },
            |p| {
                let open = p.op("(")?;
                p.opt(|p| p.open_sequence_pattern())?;
                p.op(")")?;
                Ok(open)
            },
        )
    }

    fn open_sequence_pattern(&mut self) -> R<'s> {
        let start = self.mark;
        self.maybe_star_pattern()?;
        self.op(",")?;
        self.opt(|p| p.maybe_sequence_pattern())?;
        Ok(self.other(start))
    }

    fn maybe_sequence_pattern(&mut self) -> R<'s> {
        let start = self.mark;
        self.gather(",", |p| p.maybe_star_pattern())?;
        self.opt(|p| p.op(","))?;
        Ok(self.other(start))
    }

    fn maybe_star_pattern(&mut self) -> R<'s> {
        alts!(self; |p| p.star_pattern(), |p| p.pattern())
    }

    fn star_pattern(&mut self) -> R<'s> {
        self.memo(id::STAR_PATTERN, |p| {
            let star = p.op("*")?;
            alts_star_target(p)?;
            Ok(star)
        })
    }

    fn mapping_pattern(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let open = p.op("{")?;
                p.op("}")?;
                Ok(open)
            },
            |p| {
                let open = p.op("{")?;
                p.double_star_pattern()?;
                p.opt(|p| p.op(","))?;
                p.op("}")?;
                Ok(open)
            },
            |p| {
                let open = p.op("{")?;
                p.gather(",", |p| p.key_value_pattern())?;
                p.op(",")?;
                p.double_star_pattern()?;
                p.opt(|p| p.op(","))?;
                p.op("}")?;
                Ok(open)
            },
            |p| {
                let open = p.op("{")?;
                p.gather(",", |p| p.key_value_pattern())?;
                p.opt(|p| p.op(","))?;
                p.op("}")?;
                Ok(open)
            },
        )
    }

    fn double_star_pattern(&mut self) -> R<'s> {
        self.op("**")?;
        self.capture_target()
    }

    fn key_value_pattern(&mut self) -> R<'s> {
        alts_key(self)?;
        self.op(":")?;
        self.pattern()
    }

    fn class_pattern(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let class = p.name_or_attr()?;
                p.op("(")?;
                p.op(")")?;
                Ok(class)
            },
            |p| {
                let class = p.name_or_attr()?;
                p.op("(")?;
                p.positional_patterns()?;
                p.opt(|p| p.op(","))?;
                p.op(")")?;
                Ok(class)
            },
            |p| {
                let class = p.name_or_attr()?;
                p.op("(")?;
                p.keyword_patterns()?;
                p.opt(|p| p.op(","))?;
                p.op(")")?;
                Ok(class)
            },
            |p| {
                let class = p.name_or_attr()?;
                p.op("(")?;
                p.positional_patterns()?;
                p.op(",")?;
                p.keyword_patterns()?;
                p.opt(|p| p.op(","))?;
                p.op(")")?;
                Ok(class)
            },
            |p| p.mistake(|p| {
                p.name_or_attr()?;
                p.op("(")?;
                p.opt(|p| {
                    let patterns = p.positional_patterns()?;
                    p.op(",")?;
                    Ok(patterns)
                })?;
                p.keyword_patterns()?;
                p.op(",")?;
                let late = p.positional_patterns()?;
                let first: Node<'s> = late.kids.first().cloned().unwrap_or_else(|| late.clone());
                let last: Node<'s> = late.kids.last().cloned().unwrap_or_else(|| late.clone());
                p.raise_range(&first, &last, "positional patterns follow keyword patterns")
            }),
        )
    }

    fn positional_patterns(&mut self) -> R<'s> {
        let start = self.mark;
        let kids = self.gather(",", |p| p.pattern())?;
        Ok(self.node(K::Other, start, kids))
    }

    fn keyword_patterns(&mut self) -> R<'s> {
        let start = self.mark;
        self.gather(",", |p| {
            p.name()?;
            p.op("=")?;
            p.pattern()
        })?;
        Ok(self.other(start))
    }
}

fn alts_star_target<'s>(p: &mut Peg<'s>) -> R<'s> {
    alts!(p; |p| p.capture_target(), |p| p.kw("_"))
}

fn alts_key<'s>(p: &mut Peg<'s>) -> R<'s> {
    alts!(p; |p| p.literal_pattern(), |p| p.attr())
}
