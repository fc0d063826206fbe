//! The rules for expressions and targets, with the mistakes each rule knows.

use super::explain::{Fail, K, KEYWORDS, Node, Peg, R};
use super::tokenizer::Kind;
use crate::alts;
use crate::error::ErrorKind;

mod id {
    pub const EXPRESSION: u16 = 10;
    pub const STAR_EXPRESSION: u16 = 11;
    pub const DISJUNCTION: u16 = 12;
    pub const CONJUNCTION: u16 = 13;
    pub const INVERSION: u16 = 14;
    pub const BITWISE_OR: u16 = 15;
    pub const BITWISE_XOR: u16 = 16;
    pub const BITWISE_AND: u16 = 17;
    pub const SHIFT: u16 = 18;
    pub const SUM: u16 = 19;
    pub const TERM: u16 = 20;
    pub const FACTOR: u16 = 21;
    pub const AWAIT_PRIMARY: u16 = 22;
    pub const PRIMARY: u16 = 23;
    pub const STRINGS: u16 = 24;
    pub const ARGUMENTS: u16 = 25;
    pub const STAR_TARGET: u16 = 26;
    pub const TARGET_WITH_STAR_ATOM: u16 = 27;
    pub const T_PRIMARY: u16 = 28;
    pub const DEL_TARGET: u16 = 29;
    pub const INVALID_NAMED: u16 = 30;
}

const FORGOT_EQUAL: &str = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";

impl<'s> Peg<'s> {
    // Lists of expressions.

    pub fn expressions(&mut self) -> R<'s> {
        let start = self.mark;
        let first = self.expression()?;
        self.tail(start, first, |p| p.expression())
    }

    /// `, item` any number of times and a last comma: a tuple if there is any.
    fn tail(&mut self, start: usize, first: Node<'s>, rule: impl Fn(&mut Self) -> R<'s>) -> R<'s> {
        let mut items = vec![first];
        items.extend(self.many(|p| {
            p.op(",")?;
            rule(p)
        })?);
        let comma = self.opt(|p| p.op(","))?;
        if items.len() == 1 && comma.is_none() {
            return Ok(items.remove(0));
        }
        Ok(self.node(K::Tuple, start, items))
    }

    pub fn star_expressions(&mut self) -> R<'s> {
        let start = self.mark;
        let first = self.star_expression()?;
        self.tail(start, first, |p| p.star_expression())
    }

    pub fn star_expression(&mut self) -> R<'s> {
        self.memo(id::STAR_EXPRESSION, |p| alts!(p;
            |p| {
                let start = p.mark;
                p.op("*")?;
                let value = p.bitwise_or()?;
                Ok(p.node(K::Starred, start, vec![value]))
            },
            |p| p.expression(),
        ))
    }

    pub fn star_named_expressions(&mut self) -> R<'s> {
        let start = self.mark;
        let items = self.gather(",", |p| p.star_named_expression())?;
        self.opt(|p| p.op(","))?;
        Ok(self.node(K::Other, start, items))
    }

    pub fn star_named_expression(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let start = p.mark;
                p.op("*")?;
                let value = p.bitwise_or()?;
                Ok(p.node(K::Starred, start, vec![value]))
            },
            |p| p.named_expression(),
        )
    }

    fn assignment_expression(&mut self) -> R<'s> {
        let start = self.mark;
        let target = self.name()?;
        self.op(":=")?;
        match self.expression() {
            Ok(value) => Ok(self.node(K::Named, start, vec![target, value])),
            Err(Fail::No) => Err(Fail::Cut),
            Err(other) => Err(other),
        }
    }

    pub fn named_expression(&mut self) -> R<'s> {
        alts!(self;
            |p| p.assignment_expression(),
            |p| p.mistake(|p| p.invalid_named_expression()),
            |p| {
                let value = p.expression()?;
                p.not(|p| p.op(":="))?;
                Ok(value)
            },
        )
    }

    fn not_assignment(&mut self) -> Result<(), Fail> {
        self.not(|p| alts!(p; |p| p.op("="), |p| p.op(":=")))
    }

    fn invalid_named_expression(&mut self) -> R<'s> {
        self.memo(id::INVALID_NAMED, |p| alts!(p;
            |p| {
                let target = p.expression()?;
                p.op(":=")?;
                p.expression()?;
                let what = target.k.description();
                p.raise_at(&target, format!("cannot use assignment expressions with {what}"))
            },
            |p| {
                let name = p.name()?;
                p.op("=")?;
                let value = p.bitwise_or()?;
                p.not_assignment()?;
                p.raise_range(&name, &value, FORGOT_EQUAL)
            },
            |p| {
                p.not(|p| alts!(p;
                    |p| p.list(),
                    |p| p.tuple(),
                    |p| p.genexp(),
                    |p| p.kw("True"),
                    |p| p.kw("None"),
                    |p| p.kw("False"),
                ))?;
                let target = p.bitwise_or()?;
                p.op("=")?;
                p.bitwise_or()?;
                p.not_assignment()?;
                let what = target.k.description();
                let message = format!("cannot assign to {what} here. Maybe you meant '==' instead of '='?");
                p.raise_at(&target, message)
            },
        ))
    }

    // The ladder of operators.

    pub fn expression(&mut self) -> R<'s> {
        self.memo(id::EXPRESSION, |p| alts!(p;
            |p| p.mistake(|p| p.invalid_expression()),
            |p| p.mistake(|p| p.invalid_legacy_expression()),
            |p| p.conditional(),
            |p| p.disjunction(),
            |p| p.lambdef(),
        ))
    }

    fn conditional(&mut self) -> R<'s> {
        let start = self.mark;
        let body = self.disjunction()?;
        self.kw("if")?;
        let test = self.disjunction()?;
        self.kw("else")?;
        let orelse = self.expression()?;
        Ok(self.node(K::IfExp, start, vec![body, test, orelse]))
    }

    fn expression_without_invalid(&mut self) -> R<'s> {
        let invalid = std::mem::replace(&mut self.invalid, false);
        let result = self.expression_without_invalid_inner();
        self.invalid = invalid;
        result
    }

    fn expression_without_invalid_inner(&mut self) -> R<'s> {
        alts!(self; |p| p.conditional(), |p| p.disjunction(), |p| p.lambdef())
    }

    fn invalid_expression(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                p.kind(Kind::String)?;
                let inside = p.many1(|p| {
                    p.not(|p| p.kind(Kind::String))?;
                    p.expression_without_invalid()
                })?;
                p.kind(Kind::String)?;
                let (first, last) = (inside[0].clone(), inside[inside.len() - 1].clone());
                p.raise_range(&first, &last, "invalid syntax. Is this intended to be part of the string?")
            },
            |p| {
                p.not(|p| alts!(p;
                    |p| {
                        p.name()?;
                        p.any_string()
                    },
                    |p| p.soft_keyword(),
                ))?;
                let a = p.disjunction()?;
                let b = p.expression_without_invalid()?;
                let last_level = p.mark.checked_sub(1).map_or(0, |at| p.tokens[at].level);
                if is_legacy(&a) || last_level == 0 {
                    return Err(Fail::No);
                }
                p.raise_range(&a, &b, "invalid syntax. Perhaps you forgot a comma?")
            },
            |p| {
                let a = p.disjunction()?;
                p.kw("if")?;
                let b = p.disjunction()?;
                p.not(|p| alts!(p; |p| p.kw("else"), |p| p.op(":")))?;
                p.raise_range(&a, &b, "expected 'else' after 'if' expression")
            },
            |p| {
                let a = p.disjunction()?;
                p.kw("if")?;
                p.disjunction()?;
                p.kw("else")?;
                p.not(|p| p.expression())?;
                let _ = a;
                p.raise_next("expected expression after 'else', but statement is given")
            },
            |p| {
                let a = alts_jump_stmt(p)?;
                p.kw("if")?;
                p.disjunction()?;
                p.kw("else")?;
                p.simple_stmt()?;
                p.raise_at(&a, "expected expression before 'if', but statement is given")
            },
            |p| {
                let a = p.kw("lambda")?;
                p.opt(|p| p.lambda_params())?;
                let b = p.op(":")?;
                let token = p.peek()?;
                match token.kind {
                    Kind::FMiddle(false) => {
                        p.raise_range(&a, &b, "f-string: lambda expressions are not allowed without parentheses")
                    }
                    Kind::FMiddle(true) => {
                        p.raise_range(&a, &b, "t-string: lambda expressions are not allowed without parentheses")
                    }
                    _ => Err(Fail::No),
                }
            },
        )
    }

    fn any_string(&mut self) -> R<'s> {
        let token = self.peek()?;
        match token.kind {
            Kind::String => self.kind(Kind::String),
            _ => Err(Fail::No),
        }
    }

    fn soft_keyword(&mut self) -> R<'s> {
        let token = self.peek()?;
        if token.kind == Kind::Name && matches!(token.text, "_" | "case" | "match" | "type") {
            self.kw(token.text)
        } else {
            Err(Fail::No)
        }
    }

    fn invalid_legacy_expression(&mut self) -> R<'s> {
        let name = self.name()?;
        self.not(|p| p.op("("))?;
        let value = self.star_expressions()?;
        if !is_legacy(&name) {
            return Err(Fail::No);
        }
        let text = name.text;
        self.raise_range(&name, &value, format!("Missing parentheses in call to '{text}'. Did you mean {text}(...)?"))
    }

    pub fn yield_expr(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let start = p.mark;
                p.kw("yield")?;
                p.kw("from")?;
                p.expression()?;
                Ok(p.node(K::Yield, start, Vec::new()))
            },
            |p| {
                let start = p.mark;
                p.kw("yield")?;
                p.opt(|p| p.star_expressions())?;
                Ok(p.node(K::Yield, start, Vec::new()))
            },
        )
    }

    pub fn disjunction(&mut self) -> R<'s> {
        self.memo(id::DISJUNCTION, |p| {
            let start = p.mark;
            let first = p.conjunction()?;
            let rest = p.many(|p| {
                p.kw("or")?;
                p.conjunction()
            })?;
            Ok(if rest.is_empty() { first } else { p.node(K::BoolOp, start, Vec::new()) })
        })
    }

    fn conjunction(&mut self) -> R<'s> {
        self.memo(id::CONJUNCTION, |p| {
            let start = p.mark;
            let first = p.inversion()?;
            let rest = p.many(|p| {
                p.kw("and")?;
                p.inversion()
            })?;
            Ok(if rest.is_empty() { first } else { p.node(K::BoolOp, start, Vec::new()) })
        })
    }

    fn inversion(&mut self) -> R<'s> {
        self.memo(id::INVERSION, |p| alts!(p;
            |p| {
                let start = p.mark;
                p.kw("not")?;
                p.inversion()?;
                Ok(p.node(K::UnaryOp, start, Vec::new()))
            },
            |p| p.comparison(),
        ))
    }

    fn comparison(&mut self) -> R<'s> {
        let start = self.mark;
        let left = self.bitwise_or()?;
        let mut first_op = "";
        let pairs = self.many(|p| {
            let op = p.comparison_operator()?;
            if first_op.is_empty() {
                first_op = op;
            }
            p.bitwise_or()
        })?;
        if pairs.is_empty() {
            return Ok(left);
        }
        Ok(self.node_text(K::Compare, start, vec![left], first_op))
    }

    fn comparison_operator(&mut self) -> Result<&'s str, Fail> {
        let token = self.peek()?;
        match (token.kind, token.text) {
            (Kind::Op, "==" | "!=" | "<=" | "<" | ">=" | ">") => {
                self.op(token.text)?;
                Ok(token.text)
            }
            (Kind::Op, "<>") => {
                let token = self.op("<>")?;
                self.raise_at(&token, "invalid syntax.  Maybe you meant '!=' instead of '<>'?")
            }
            (Kind::Name, "not") => {
                self.kw("not")?;
                self.kw("in")?;
                Ok("not in")
            }
            (Kind::Name, "in") => {
                self.kw("in")?;
                Ok("in")
            }
            (Kind::Name, "is") => {
                self.kw("is")?;
                self.opt(|p| p.kw("not"))?;
                Ok("is")
            }
            _ => Err(Fail::No),
        }
    }

    fn binary(&mut self, memo: u16, ops: &[&str], lower: fn(&mut Self) -> R<'s>) -> R<'s> {
        self.memo(memo, |p| {
            let start = p.mark;
            let mut left = lower(p)?;
            loop {
                let token = p.peek()?;
                if token.kind != Kind::Op || !ops.contains(&token.text) {
                    return Ok(left);
                }
                let next = p.opt(|p| {
                    p.op(token.text)?;
                    lower(p)
                })?;
                match next {
                    Some(_) => left = p.node(K::BinOp, start, Vec::new()),
                    None => return Ok(left),
                }
            }
        })
    }

    pub fn bitwise_or(&mut self) -> R<'s> {
        self.binary(id::BITWISE_OR, &["|"], |p| p.binary(id::BITWISE_XOR, &["^"], |p| p.bitwise_and()))
    }

    fn bitwise_and(&mut self) -> R<'s> {
        self.binary(id::BITWISE_AND, &["&"], |p| p.shift_expr())
    }

    fn shift_expr(&mut self) -> R<'s> {
        self.binary(id::SHIFT, &["<<", ">>"], |p| alts!(p;
            |p| p.mistake(|p| {
                p.sum()?;
                let token = p.peek()?;
                if token.kind != Kind::Op || !matches!(token.text, "+" | "-" | "*" | "/" | "%" | "//" | "@") {
                    return Err(Fail::No);
                }
                p.op(token.text)?;
                let not = p.kw("not")?;
                let value = p.inversion()?;
                p.raise_range(&not, &value, "'not' after an operator must be parenthesized")
            }),
            |p| p.sum(),
        ))
    }

    fn sum(&mut self) -> R<'s> {
        self.binary(id::SUM, &["+", "-"], |p| p.term())
    }

    fn term(&mut self) -> R<'s> {
        self.binary(id::TERM, &["*", "/", "//", "%", "@"], |p| alts!(p;
            |p| p.mistake(|p| {
                alts_sign(p)?;
                let not = p.kw("not")?;
                let value = p.factor()?;
                p.raise_range(&not, &value, "'not' after an operator must be parenthesized")
            }),
            |p| p.factor(),
        ))
    }

    fn factor(&mut self) -> R<'s> {
        self.memo(id::FACTOR, |p| alts!(p;
            |p| {
                let start = p.mark;
                alts_sign(p)?;
                p.factor()?;
                Ok(p.node(K::UnaryOp, start, Vec::new()))
            },
            |p| p.power(),
        ))
    }

    fn power(&mut self) -> R<'s> {
        let start = self.mark;
        let base = self.await_primary()?;
        let exponent = self.opt(|p| {
            p.op("**")?;
            p.factor()
        })?;
        Ok(if exponent.is_some() { self.node(K::BinOp, start, Vec::new()) } else { base })
    }

    fn await_primary(&mut self) -> R<'s> {
        self.memo(id::AWAIT_PRIMARY, |p| alts!(p;
            |p| {
                let start = p.mark;
                p.kw("await")?;
                p.primary()?;
                Ok(p.node(K::Await, start, Vec::new()))
            },
            |p| p.primary(),
        ))
    }

    fn primary(&mut self) -> R<'s> {
        self.memo(id::PRIMARY, |p| {
            let start = p.mark;
            let mut node = p.atom()?;
            loop {
                match p.opt(|p| p.trailer(start))? {
                    Some(next) => node = next,
                    None => return Ok(node),
                }
            }
        })
    }

    /// One `.name`, call or subscript after a primary that began at `start`.
    fn trailer(&mut self, start: usize) -> R<'s> {
        let token = self.peek()?;
        if token.kind != Kind::Op {
            return Err(Fail::No);
        }
        match token.text {
            "." => {
                self.op(".")?;
                self.name()?;
                Ok(self.node(K::Attribute, start, Vec::new()))
            }
            "(" => alts!(self;
                |p| {
                    p.genexp()?;
                    Ok(p.node(K::Call, start, Vec::new()))
                },
                |p| {
                    p.op("(")?;
                    p.opt(|p| p.arguments())?;
                    p.op(")")?;
                    Ok(p.node(K::Call, start, Vec::new()))
                },
            ),
            "[" => {
                self.op("[")?;
                self.slices()?;
                self.op("]")?;
                Ok(self.node(K::Subscript, start, Vec::new()))
            }
            _ => Err(Fail::No),
        }
    }

    fn slices(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let slice = p.slice()?;
                p.not(|p| p.op(","))?;
                Ok(slice)
            },
            |p| {
                let start = p.mark;
                p.gather(",", |p| alts!(p; |p| p.slice(), |p| p.starred_expression()))?;
                p.opt(|p| p.op(","))?;
                Ok(p.other(start))
            },
        )
    }

    fn slice(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let start = p.mark;
                p.opt(|p| p.expression())?;
                p.op(":")?;
                p.opt(|p| p.expression())?;
                p.opt(|p| {
                    p.op(":")?;
                    let node = p.other(p.mark);
                    p.opt(|p| p.expression())?;
                    Ok(node)
                })?;
                Ok(p.other(start))
            },
            |p| p.named_expression(),
        )
    }

    // Atoms.

    fn atom(&mut self) -> R<'s> {
        let token = self.peek()?;
        let start = self.mark;
        match (token.kind, token.text) {
            (Kind::Name, word @ ("True" | "False" | "None")) => {
                self.kw(word)?;
                let k = match word {
                    "True" => K::True,
                    "False" => K::False,
                    _ => K::None,
                };
                Ok(self.node(k, start, Vec::new()))
            }
            (Kind::Name, _) => self.name(),
            (Kind::String | Kind::FStart(_), _) => self.strings(),
            (Kind::Number, _) => {
                self.kind(Kind::Number)?;
                Ok(self.node(K::Literal, start, Vec::new()))
            }
            (Kind::Op, "(") => alts!(self; |p| p.tuple(), |p| p.group(), |p| p.genexp()),
            (Kind::Op, "[") => alts!(self; |p| p.list(), |p| p.listcomp()),
            (Kind::Op, "{") => alts!(self; |p| p.dict(), |p| p.set(), |p| p.dictcomp(), |p| p.setcomp()),
            (Kind::Op, "...") => {
                self.op("...")?;
                Ok(self.node(K::Ellipsis, start, Vec::new()))
            }
            _ => Err(Fail::No),
        }
    }

    fn group(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                p.op("(")?;
                let inner = alts_group(p)?;
                p.op(")")?;
                Ok(inner)
            },
            |p| p.mistake(|p| alts!(p;
                |p| {
                    p.op("(")?;
                    let star = p.starred_expression()?;
                    p.op(")")?;
                    p.raise_at(&star, "cannot use starred expression here")
                },
                |p| {
                    p.op("(")?;
                    let stars = p.op("**")?;
                    p.expression()?;
                    p.op(")")?;
                    p.raise_at(&stars, "cannot use double starred expression here")
                },
            )),
        )
    }

    pub fn lambdef(&mut self) -> R<'s> {
        let start = self.mark;
        self.kw("lambda")?;
        self.opt(|p| p.lambda_params())?;
        self.op(":")?;
        self.expression()?;
        Ok(self.node(K::Lambda, start, Vec::new()))
    }

    pub fn list(&mut self) -> R<'s> {
        let start = self.mark;
        self.op("[")?;
        let items = self.opt(|p| p.star_named_expressions())?;
        self.op("]")?;
        Ok(self.node(K::List, start, items.map(|items| items.kids.clone()).unwrap_or_default()))
    }

    pub fn tuple(&mut self) -> R<'s> {
        let start = self.mark;
        self.op("(")?;
        let mut kids = Vec::new();
        let first = self.opt(|p| {
            let first = p.star_named_expression()?;
            p.op(",")?;
            Ok(first)
        })?;
        if let Some(first) = first {
            kids.push(first);
            if let Some(rest) = self.opt(|p| p.star_named_expressions())? {
                kids.extend(rest.kids.iter().cloned());
            }
        }
        self.op(")")?;
        Ok(self.node(K::Tuple, start, kids))
    }

    fn set(&mut self) -> R<'s> {
        let start = self.mark;
        self.op("{")?;
        self.star_named_expressions()?;
        self.op("}")?;
        Ok(self.node(K::Set, start, Vec::new()))
    }

    fn dict(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let start = p.mark;
                p.op("{")?;
                p.opt(|p| {
                    let first = p.mark;
                    p.gather(",", |p| p.double_starred_kvpair())?;
                    p.opt(|p| p.op(","))?;
                    Ok(p.other(first))
                })?;
                p.op("}")?;
                Ok(p.node(K::Dict, start, Vec::new()))
            },
            |p| p.mistake(|p| {
                p.op("{")?;
                p.invalid_double_starred_kvpairs()?;
                p.op("}")
            }),
        )
    }

    fn double_starred_kvpair(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let start = p.mark;
                p.op("**")?;
                p.bitwise_or()?;
                Ok(p.other(start))
            },
            |p| p.kvpair(),
        )
    }

    fn kvpair(&mut self) -> R<'s> {
        let start = self.mark;
        self.expression()?;
        self.op(":")?;
        self.expression()?;
        Ok(self.other(start))
    }

    fn invalid_double_starred_kvpairs(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                p.gather(",", |p| p.double_starred_kvpair())?;
                p.op(",")?;
                p.invalid_kvpair()
            },
            |p| p.starred_dict_value(),
            |p| p.missing_dict_value(),
        )
    }

    fn starred_dict_value(&mut self) -> R<'s> {
        self.expression()?;
        self.op(":")?;
        let star = self.op("*")?;
        self.bitwise_or()?;
        self.raise_from(&star, "cannot use a starred expression in a dictionary value")
    }

    fn missing_dict_value(&mut self) -> R<'s> {
        self.expression()?;
        let colon = self.op(":")?;
        self.ahead(|p| alts!(p; |p| p.op("}"), |p| p.op(",")))?;
        self.raise_at(&colon, "expression expected after dictionary key and ':'")
    }

    fn invalid_kvpair(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let key = p.expression()?;
                p.not(|p| p.op(":"))?;
                let from = (key.line, key.end_col - 1);
                p.raise(ErrorKind::SyntaxError, "':' expected after dictionary key".into(), from, (key.end_line, -1))
            },
            |p| p.starred_dict_value(),
            |p| p.missing_dict_value(),
        )
    }

    // Strings.

    pub fn strings(&mut self) -> R<'s> {
        self.memo(id::STRINGS, |p| {
            let start = p.mark;
            if p.invalid {
                let mark = p.mark;
                match p.invalid_string_concatenation() {
                    Err(Fail::Raised) => return Err(Fail::Raised),
                    _ => p.mark = mark,
                }
            }
            let mut formatted = false;
            let mut template = false;
            let (mut bytes, mut text) = (false, false);
            loop {
                let token = p.peek()?;
                match token.kind {
                    Kind::String => {
                        p.kind(Kind::String)?;
                        if p.check_literal(&token)? {
                            bytes = true;
                        } else {
                            text = true;
                        }
                    }
                    Kind::FStart(t) => {
                        if t != template && (p.mark != start) {
                            // A t-string joins nothing but t-strings.
                            if t || template {
                                break;
                            }
                        }
                        p.fstring()?;
                        formatted = true;
                        template |= t;
                    }
                    _ => break,
                }
                if template && p.peek()?.kind == Kind::String {
                    break;
                }
            }
            if bytes && (text || formatted) && !template {
                // Look at what follows first, as the error's place shows.
                p.peek()?;
                return p.raise_last(ErrorKind::SyntaxError, "cannot mix bytes and nonbytes literals");
            }
            let k = match (formatted, template) {
                (_, true) => K::TString,
                (true, false) => K::FString,
                _ => K::Literal,
            };
            Ok(p.node(k, start, Vec::new()))
        })
    }

    /// Decode a string token as its value would be; whether it is bytes.
    fn check_literal(&mut self, token: &super::tokenizer::Token<'s>) -> Result<bool, Fail> {
        let open = token.text.find(['"', '\'']).unwrap_or(0);
        let (prefix, rest) = token.text.split_at(open);
        let size = if rest.len() >= 6 && (rest.starts_with("\"\"\"") || rest.starts_with("'''")) { 3 } else { 1 };
        let content = rest.get(size..rest.len().saturating_sub(size)).unwrap_or("");
        let raw = prefix.contains(['r', 'R']);
        let bytes = prefix.contains(['b', 'B']);
        let mut out = Vec::new();
        let start = self.mark - 1;
        let result = if bytes {
            if !content.is_ascii() {
                let node = self.other(start);
                return self.raise_at(&node, "bytes can only contain ASCII literal characters");
            }
            crate::strings::decode_bytes(content, raw, &mut out, &mut |_, _| {})
        } else if raw {
            Ok(())
        } else {
            crate::strings::decode_str(content, &mut out, &mut |_, _| {})
        };
        match result {
            Ok(()) => Ok(bytes),
            Err(message) => {
                let node = self.other(start);
                self.raise_at(&node, message)
            }
        }
    }

    fn invalid_string_concatenation(&mut self) -> R<'s> {
        const MIXED: &str = "cannot mix t-string literals with string or bytes literals";
        alts!(self;
            |p| {
                let first = p.many1(|p| p.plain_or_f_string())?;
                let last = p.t_string()?;
                p.raise_range(&first[0].clone(), &last, MIXED)
            },
            |p| {
                let first = p.many1(|p| p.t_string())?;
                let last = p.plain_or_f_string()?;
                p.raise_range(&first[0].clone(), &last, MIXED)
            },
        )
    }

    fn plain_or_f_string(&mut self) -> R<'s> {
        let token = self.peek()?;
        match token.kind {
            Kind::String => self.kind(Kind::String),
            Kind::FStart(false) => self.fstring(),
            _ => Err(Fail::No),
        }
    }

    fn t_string(&mut self) -> R<'s> {
        match self.peek()?.kind {
            Kind::FStart(true) => self.fstring(),
            _ => Err(Fail::No),
        }
    }

    fn fstring(&mut self) -> R<'s> {
        let start = self.mark;
        let template = match self.peek()?.kind {
            Kind::FStart(template) => template,
            _ => return Err(Fail::No),
        };
        self.kind(Kind::FStart(template))?;
        self.many(|p| p.fstring_part(template))?;
        self.kind(Kind::FEnd(template))?;
        Ok(self.other(start))
    }

    fn fstring_part(&mut self, template: bool) -> R<'s> {
        alts!(self; |p| p.replacement_field(template), |p| p.fstring_middle(template))
    }

    /// Literal text of an f-string, which must decode. (Raw strings are told by their prefix.)
    fn fstring_middle(&mut self, template: bool) -> R<'s> {
        let token = self.peek()?;
        let node = self.kind(Kind::FMiddle(template))?;
        let prefix = self.tokens[..self.mark]
            .iter()
            .rev()
            .scan(0usize, |depth, token| {
                match token.kind {
                    Kind::FEnd(_) => *depth += 1,
                    Kind::FStart(_) if *depth > 0 => *depth -= 1,
                    Kind::FStart(_) => return Some(Some(token.text)),
                    _ => {}
                }
                Some(None)
            })
            .flatten()
            .next()
            .unwrap_or("");
        if !prefix.contains(['r', 'R']) {
            let mut single = String::new();
            crate::strings::collapse_braces(token.text, false, &mut single);
            if let Err(message) = crate::strings::decode_str(&single, &mut Vec::new(), &mut |_, _| {}) {
                return self.raise_at(&node, message);
            }
        }
        Ok(node)
    }

    fn replacement_field(&mut self, template: bool) -> R<'s> {
        alts!(self;
            |p| {
                let start = p.mark;
                p.op("{")?;
                p.annotated_rhs()?;
                p.opt(|p| p.op("="))?;
                p.opt(|p| p.conversion(template))?;
                p.opt(|p| p.full_format_spec(template))?;
                p.op("}")?;
                Ok(p.other(start))
            },
            |p| p.mistake(|p| p.invalid_replacement_field(template)),
        )
    }

    fn conversion(&mut self, template: bool) -> R<'s> {
        let prefix = if template { 't' } else { 'f' };
        let bang = self.op("!")?;
        let name = self.name()?;
        if bang.end_line != name.line || bang.end_col != name.col {
            let message = format!("{prefix}-string: conversion type must come right after the exclamation mark");
            return self.raise_range(&bang, &name, message);
        }
        if !matches!(name.text, "s" | "r" | "a") {
            let message = format!(
                "{prefix}-string: invalid conversion character '{}': expected 's', 'r', or 'a'",
                name.text
            );
            return self.raise_at(&name, message);
        }
        Ok(name)
    }

    fn full_format_spec(&mut self, template: bool) -> R<'s> {
        let colon = self.op(":")?;
        self.many(|p| p.format_spec_part(template))?;
        Ok(colon)
    }

    fn format_spec_part(&mut self, template: bool) -> R<'s> {
        alts!(self; |p| p.fstring_middle(template), |p| p.replacement_field(template))
    }

    fn invalid_replacement_field(&mut self, template: bool) -> R<'s> {
        let prefix = if template { "t-string" } else { "f-string" };
        for symbol in ["=", "!", ":", "}"] {
            let mark = self.mark;
            let found = self.opt(|p| {
                p.op("{")?;
                p.op(symbol)
            })?;
            if let Some(token) = found {
                return self.raise_at(&token, format!("{prefix}: valid expression required before '{symbol}'"));
            }
            self.mark = mark;
        }
        alts!(self;
            |p| {
                p.op("{")?;
                p.not(|p| p.annotated_rhs())?;
                p.raise_next(format!("{prefix}: expecting a valid expression after '{{'"))
            },
            |p| {
                p.op("{")?;
                p.annotated_rhs()?;
                p.not(|p| alts!(p; |p| p.op("="), |p| p.op("!"), |p| p.op(":"), |p| p.op("}")))?;
                p.raise_next_or_eof(format!("{prefix}: expecting '=', or '!', or ':', or '}}'"))
            },
            |p| {
                p.op("{")?;
                p.annotated_rhs()?;
                p.op("=")?;
                p.not(|p| alts!(p; |p| p.op("!"), |p| p.op(":"), |p| p.op("}")))?;
                p.raise_next_or_eof(format!("{prefix}: expecting '!', or ':', or '}}'"))
            },
            |p| {
                p.op("{")?;
                p.annotated_rhs()?;
                p.opt(|p| p.op("="))?;
                alts_bad_conversion(p, prefix)
            },
            |p| {
                p.op("{")?;
                p.annotated_rhs()?;
                p.opt(|p| p.op("="))?;
                p.opt(|p| {
                    p.op("!")?;
                    p.name()
                })?;
                p.not(|p| alts!(p; |p| p.op(":"), |p| p.op("}")))?;
                p.raise_next_or_eof(format!("{prefix}: expecting ':' or '}}'"))
            },
            |p| {
                p.op("{")?;
                p.annotated_rhs()?;
                p.opt(|p| p.op("="))?;
                p.opt(|p| {
                    p.op("!")?;
                    p.name()
                })?;
                p.op(":")?;
                p.many(|p| p.format_spec_part(template))?;
                p.not(|p| p.op("}"))?;
                p.raise_next_or_eof(format!("{prefix}: expecting '}}', or format specs"))
            },
            |p| {
                p.op("{")?;
                p.annotated_rhs()?;
                p.opt(|p| p.op("="))?;
                p.opt(|p| {
                    p.op("!")?;
                    p.name()
                })?;
                p.not(|p| p.op("}"))?;
                p.raise_next_or_eof(format!("{prefix}: expecting '}}'"))
            },
        )
    }

    fn raise_next_or_eof(&mut self, message: String) -> R<'s> {
        self.raise_next(message)
    }

    // Comprehensions.

    fn for_if_clauses(&mut self) -> Result<Vec<Node<'s>>, Fail> {
        self.many1(|p| p.for_if_clause())
    }

    fn for_if_clause(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                p.kw("async")?;
                p.for_if_body()
            },
            |p| p.for_if_body(),
            |p| p.mistake(|p| {
                p.opt(|p| p.kw("async"))?;
                p.kw("for")?;
                p.bitwise_or()?;
                p.many(|p| {
                    p.op(",")?;
                    p.bitwise_or()
                })?;
                p.opt(|p| p.op(","))?;
                p.not(|p| p.kw("in"))?;
                p.raise_last(ErrorKind::SyntaxError, "'in' expected after for-loop variables")
            }),
            |p| p.mistake(|p| p.invalid_for_target()),
        )
    }

    fn for_if_body(&mut self) -> R<'s> {
        let start = self.mark;
        self.kw("for")?;
        let target = self.star_targets()?;
        self.kw("in")?;
        let rest = |p: &mut Self| {
            let iter = p.disjunction()?;
            let ifs = p.many(|p| {
                p.kw("if")?;
                p.disjunction()
            })?;
            let mut kids = vec![target, iter];
            kids.extend(ifs);
            Ok(p.node(K::Other, start, kids))
        };
        match rest(self) {
            Err(Fail::No) => Err(Fail::Cut),
            other => other,
        }
    }

    fn listcomp(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let start = p.mark;
                p.op("[")?;
                p.named_expression()?;
                p.for_if_clauses()?;
                p.op("]")?;
                Ok(p.node(K::ListComp, start, Vec::new()))
            },
            |p| p.mistake(|p| p.invalid_comprehension()),
        )
    }

    fn setcomp(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let start = p.mark;
                p.op("{")?;
                p.named_expression()?;
                p.for_if_clauses()?;
                p.op("}")?;
                Ok(p.node(K::SetComp, start, Vec::new()))
            },
            |p| p.mistake(|p| p.invalid_comprehension()),
        )
    }

    pub fn genexp(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let start = p.mark;
                p.op("(")?;
                alts_argument(p)?;
                p.for_if_clauses()?;
                p.op(")")?;
                Ok(p.node(K::GenExp, start, Vec::new()))
            },
            |p| p.mistake(|p| p.invalid_comprehension()),
        )
    }

    fn dictcomp(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let start = p.mark;
                p.op("{")?;
                p.kvpair()?;
                p.for_if_clauses()?;
                p.op("}")?;
                Ok(p.node(K::DictComp, start, Vec::new()))
            },
            |p| p.mistake(|p| {
                p.op("{")?;
                let stars = p.op("**")?;
                p.bitwise_or()?;
                p.for_if_clauses()?;
                p.op("}")?;
                p.raise_at(&stars, "dict unpacking cannot be used in dict comprehension")
            }),
        )
    }

    fn invalid_comprehension(&mut self) -> R<'s> {
        const FORGOT: &str = "did you forget parentheses around the comprehension target?";
        alts!(self;
            |p| {
                alts_open(p, true)?;
                let star = p.starred_expression()?;
                p.for_if_clauses()?;
                p.raise_at(&star, "iterable unpacking cannot be used in comprehension")
            },
            |p| {
                alts_open(p, false)?;
                let a = p.star_named_expression()?;
                p.op(",")?;
                let rest = p.star_named_expressions()?;
                p.for_if_clauses()?;
                let last = rest.kids.last().cloned().unwrap_or(rest);
                p.raise_range(&a, &last, FORGOT)
            },
            |p| {
                alts_open(p, false)?;
                let a = p.star_named_expression()?;
                let comma = p.op(",")?;
                p.for_if_clauses()?;
                p.raise_range(&a, &comma, FORGOT)
            },
        )
    }

    // Arguments.

    pub fn arguments(&mut self) -> R<'s> {
        self.memo(id::ARGUMENTS, |p| alts!(p;
            |p| {
                let args = p.args()?;
                p.opt(|p| p.op(","))?;
                p.ahead(|p| p.op(")"))?;
                Ok(args)
            },
            |p| p.mistake(|p| p.invalid_arguments()),
        ))
    }

    fn positional(&mut self) -> R<'s> {
        alts!(self;
            |p| p.starred_expression(),
            |p| {
                let value = alts_argument(p)?;
                p.not(|p| p.op("="))?;
                Ok(value)
            },
        )
    }

    /// Positional arguments, then keywords; a node whose kids are all of them.
    fn args(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let start = p.mark;
                let mut kids = p.gather(",", |p| p.positional())?;
                if let Some(rest) = p.opt(|p| {
                    p.op(",")?;
                    p.kwargs()
                })? {
                    kids.extend(rest.kids.iter().cloned());
                }
                Ok(p.node(K::Other, start, kids))
            },
            |p| p.kwargs(),
        )
    }

    fn kwargs(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let start = p.mark;
                let mut kids = p.gather(",", |p| p.kwarg_or_starred())?;
                p.op(",")?;
                kids.extend(p.gather(",", |p| p.kwarg_or_double_starred())?);
                Ok(p.node(K::Other, start, kids))
            },
            |p| {
                let start = p.mark;
                let kids = p.gather(",", |p| p.kwarg_or_starred())?;
                Ok(p.node(K::Other, start, kids))
            },
            |p| {
                let start = p.mark;
                let kids = p.gather(",", |p| p.kwarg_or_double_starred())?;
                Ok(p.node(K::Other, start, kids))
            },
        )
    }

    fn starred_expression(&mut self) -> R<'s> {
        alts!(self;
            |p| p.mistake(|p| {
                let star = p.op("*")?;
                p.expression()?;
                p.op("=")?;
                let value = p.expression()?;
                p.raise_range(&star, &value, "cannot assign to iterable argument unpacking")
            }),
            |p| {
                let start = p.mark;
                p.op("*")?;
                let value = p.expression()?;
                Ok(p.node(K::Starred, start, vec![value]))
            },
            |p| p.mistake(|p| {
                p.op("*")?;
                p.raise_last(ErrorKind::SyntaxError, "Invalid star expression")
            }),
        )
    }

    fn keyword(&mut self) -> R<'s> {
        let start = self.mark;
        let name = self.name()?;
        self.op("=")?;
        self.expression()?;
        Ok(self.node_text(K::Keyword, start, Vec::new(), name.text))
    }

    fn kwarg_or_starred(&mut self) -> R<'s> {
        alts!(self;
            |p| p.mistake(|p| p.invalid_kwarg()),
            |p| p.keyword(),
            |p| p.starred_expression(),
        )
    }

    fn kwarg_or_double_starred(&mut self) -> R<'s> {
        alts!(self;
            |p| p.mistake(|p| p.invalid_kwarg()),
            |p| p.keyword(),
            |p| {
                let start = p.mark;
                p.op("**")?;
                p.expression()?;
                Ok(p.node_text(K::Keyword, start, Vec::new(), "**"))
            },
        )
    }

    fn invalid_kwarg(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let token = p.peek()?;
                if token.kind != Kind::Name || !matches!(token.text, "True" | "False" | "None") {
                    return Err(Fail::No);
                }
                let a = p.kw(token.text)?;
                let b = p.op("=")?;
                p.raise_range(&a, &b, format!("cannot assign to {}", token.text))
            },
            |p| {
                let a = p.name()?;
                let b = p.op("=")?;
                p.expression()?;
                p.for_if_clauses()?;
                p.raise_range(&a, &b, FORGOT_EQUAL)
            },
            |p| {
                p.not(|p| {
                    p.name()?;
                    p.op("=")
                })?;
                let a = p.expression()?;
                let b = p.op("=")?;
                p.raise_range(&a, &b, "expression cannot contain assignment, perhaps you meant \"==\"?")
            },
            |p| {
                let a = p.op("**")?;
                p.expression()?;
                p.op("=")?;
                let b = p.expression()?;
                p.raise_range(&a, &b, "cannot assign to keyword argument unpacking")
            },
        )
    }

    fn invalid_arguments(&mut self) -> R<'s> {
        const PARENTHESIZE: &str = "Generator expression must be parenthesized";
        alts!(self;
            |p| {
                alts_keywords(p)?;
                let comma = p.op(",")?;
                let rest = p.gather(",", |p| p.args())?;
                // Only unpacking of an iterable after `**` is this mistake.
                let starred = rest.first().and_then(|args| args.kids.first()).is_some_and(|kid| kid.k == K::Starred);
                let Some(last) = rest.last().filter(|_| starred).cloned() else { return Err(Fail::No) };
                p.raise_range(&comma, &last, "iterable argument unpacking follows keyword argument unpacking")
            },
            |p| {
                let a = p.expression()?;
                let clauses = p.for_if_clauses()?;
                p.op(",")?;
                p.opt(|p| alts!(p;
                    |p| p.args(),
                    |p| {
                        p.expression()?;
                        p.for_if_clauses()?;
                        Ok(p.other(p.mark))
                    },
                ))?;
                let last = last_comprehension_item(&clauses);
                p.raise_range(&a, &last, PARENTHESIZE)
            },
            |p| {
                let a = p.name()?;
                let b = p.op("=")?;
                p.expression()?;
                p.for_if_clauses()?;
                p.raise_range(&a, &b, FORGOT_EQUAL)
            },
            |p| {
                p.opt(|p| {
                    let args = p.args()?;
                    p.op(",")?;
                    Ok(args)
                })?;
                let a = p.name()?;
                let b = p.op("=")?;
                p.ahead(|p| alts!(p; |p| p.op(","), |p| p.op(")")))?;
                p.raise_range(&a, &b, "expected argument value expression")
            },
            |p| {
                let args = p.args()?;
                let clauses = p.for_if_clauses()?;
                let plain: Vec<_> = args.kids.iter().filter(|kid| kid.k != K::Keyword).cloned().collect();
                match plain.last() {
                    Some(last_arg) if plain.len() > 1 => {
                        let last = last_comprehension_item(&clauses);
                        p.raise_range(&last_arg.clone(), &last, PARENTHESIZE)
                    }
                    _ => Err(Fail::No),
                }
            },
            |p| {
                p.args()?;
                p.op(",")?;
                let a = p.expression()?;
                let clauses = p.for_if_clauses()?;
                let last = last_comprehension_item(&clauses);
                p.raise_range(&a, &last, PARENTHESIZE)
            },
            |p| {
                let args = p.args()?;
                p.op(",")?;
                p.args()?;
                let unpacking = args.kids.iter().any(|kid| kid.k == K::Keyword && kid.text == "**");
                let message = if unpacking {
                    "positional argument follows keyword argument unpacking"
                } else {
                    "positional argument follows keyword argument"
                };
                p.raise_last(ErrorKind::SyntaxError, message)
            },
        )
    }

    // Targets.

    pub fn star_targets(&mut self) -> R<'s> {
        let start = self.mark;
        let first = self.star_target()?;
        self.tail(start, first, |p| p.star_target())
    }

    pub fn star_target(&mut self) -> R<'s> {
        self.memo(id::STAR_TARGET, |p| alts!(p;
            |p| {
                let start = p.mark;
                p.op("*")?;
                p.not(|p| p.op("*"))?;
                let target = p.star_target()?;
                Ok(p.node(K::Starred, start, vec![target]))
            },
            |p| p.target_with_star_atom(),
        ))
    }

    fn target_with_star_atom(&mut self) -> R<'s> {
        self.memo(id::TARGET_WITH_STAR_ATOM, |p| alts!(p;
            |p| p.single_subscript_attribute_target(),
            |p| p.star_atom(),
        ))
    }

    fn star_atom(&mut self) -> R<'s> {
        alts!(self;
            |p| p.name(),
            |p| {
                p.op("(")?;
                let target = p.target_with_star_atom()?;
                p.op(")")?;
                Ok(target)
            },
            |p| {
                let start = p.mark;
                p.op("(")?;
                p.opt(|p| {
                    let first = p.star_target()?;
                    p.op(",")?;
                    p.opt(|p| {
                        let start = p.mark;
                        p.gather(",", |p| p.star_target())?;
                        p.opt(|p| p.op(","))?;
                        Ok(p.other(start))
                    })?;
                    Ok(first)
                })?;
                p.op(")")?;
                Ok(p.node(K::Tuple, start, Vec::new()))
            },
            |p| {
                let start = p.mark;
                p.op("[")?;
                p.opt(|p| {
                    let start = p.mark;
                    p.gather(",", |p| p.star_target())?;
                    p.opt(|p| p.op(","))?;
                    Ok(p.other(start))
                })?;
                p.op("]")?;
                Ok(p.node(K::List, start, Vec::new()))
            },
        )
    }

    pub fn single_target(&mut self) -> R<'s> {
        alts!(self;
            |p| p.single_subscript_attribute_target(),
            |p| p.name(),
            |p| {
                p.op("(")?;
                let target = p.single_target()?;
                p.op(")")?;
                Ok(target)
            },
        )
    }

    pub fn single_subscript_attribute_target(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let start = p.mark;
                p.t_primary()?;
                p.op(".")?;
                p.name()?;
                p.not(|p| p.t_lookahead())?;
                Ok(p.node(K::Attribute, start, Vec::new()))
            },
            |p| {
                let start = p.mark;
                p.t_primary()?;
                p.op("[")?;
                p.slices()?;
                p.op("]")?;
                p.not(|p| p.t_lookahead())?;
                Ok(p.node(K::Subscript, start, Vec::new()))
            },
        )
    }

    fn t_lookahead(&mut self) -> R<'s> {
        alts!(self; |p| p.op("("), |p| p.op("["), |p| p.op("."))
    }

    /// A primary that is followed by another trailer.
    fn t_primary(&mut self) -> R<'s> {
        self.memo(id::T_PRIMARY, |p| {
            let start = p.mark;
            let mut node = p.atom()?;
            p.ahead(|p| p.t_lookahead())?;
            loop {
                let next = p.opt(|p| {
                    let next = p.trailer(start)?;
                    p.ahead(|p| p.t_lookahead())?;
                    Ok(next)
                })?;
                match next {
                    Some(next) => node = next,
                    None => return Ok(node),
                }
            }
        })
    }

    pub fn del_targets(&mut self) -> R<'s> {
        let start = self.mark;
        self.gather(",", |p| p.del_target())?;
        self.opt(|p| p.op(","))?;
        Ok(self.other(start))
    }

    fn del_target(&mut self) -> R<'s> {
        self.memo(id::DEL_TARGET, |p| alts!(p;
            |p| p.single_subscript_attribute_target(),
            |p| p.name(),
            |p| {
                p.op("(")?;
                let target = p.del_target()?;
                p.op(")")?;
                Ok(target)
            },
            |p| {
                let start = p.mark;
                p.op("(")?;
                p.opt(|p| p.del_targets())?;
                p.op(")")?;
                Ok(p.other(start))
            },
            |p| {
                let start = p.mark;
                p.op("[")?;
                p.opt(|p| p.del_targets())?;
                p.op("]")?;
                Ok(p.other(start))
            },
        ))
    }
}

/// Python 2's statements that are functions now.
fn is_legacy(node: &Node<'_>) -> bool {
    node.k == K::Name && matches!(node.text, "print" | "exec")
}

/// The last part of a comprehension's last clause.
fn last_comprehension_item<'s>(clauses: &[Node<'s>]) -> Node<'s> {
    let last = &clauses[clauses.len() - 1];
    last.kids.last().unwrap_or(last).clone()
}

fn alts_jump_stmt<'s>(p: &mut Peg<'s>) -> R<'s> {
    alts!(p; |p| p.kw("pass"), |p| p.kw("break"), |p| p.kw("continue"))
}

fn alts_sign<'s>(p: &mut Peg<'s>) -> R<'s> {
    alts!(p; |p| p.op("+"), |p| p.op("-"), |p| p.op("~"))
}

fn alts_group<'s>(p: &mut Peg<'s>) -> R<'s> {
    alts!(p; |p| p.yield_expr(), |p| p.named_expression())
}

fn alts_argument<'s>(p: &mut Peg<'s>) -> R<'s> {
    alts!(p;
        |p| p.assignment_expression(),
        |p| {
            let value = p.expression()?;
            p.not(|p| p.op(":="))?;
            Ok(value)
        },
    )
}

fn alts_open<'s>(p: &mut Peg<'s>, parenthesis: bool) -> R<'s> {
    alts!(p;
        |p| p.op("["),
        |p| if parenthesis { p.op("(") } else { Err(Fail::No) },
        |p| p.op("{"),
    )
}

fn alts_keywords<'s>(p: &mut Peg<'s>) -> R<'s> {
    alts!(p;
        |p| {
            let start = p.mark;
            p.gather(",", |p| p.positional())?;
            p.op(",")?;
            p.kwargs()?;
            Ok(p.other(start))
        },
        |p| p.kwargs(),
    )
}

fn alts_bad_conversion<'s>(p: &mut Peg<'s>, prefix: &str) -> R<'s> {
    alts!(p;
        |p| {
            p.op("!")?;
            p.ahead(|p| alts!(p; |p| p.op(":"), |p| p.op("}")))?;
            p.raise_next(format!("{prefix}: missing conversion character"))
        },
        |p| {
            p.op("!")?;
            p.not(|p| p.name())?;
            let token = p.peek()?;
            let _ = (token, KEYWORDS);
            p.raise_next(format!("{prefix}: invalid conversion character"))
        },
    )
}
