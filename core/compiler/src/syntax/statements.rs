//! The rules for statements, with the mistakes each rule knows.

use super::explain::{Fail, K, Node, Peg, R, Targets};
use super::tokenizer::Kind;
use crate::alts;
use crate::error::ErrorKind;

mod id {
    pub const SIMPLE_STMT: u16 = 1;
    pub const BLOCK: u16 = 2;
}

impl<'s> Peg<'s> {
    pub fn file(&mut self) -> R<'s> {
        let start = self.mark;
        self.many(|p| p.statement())?;
        self.kind(Kind::End)?;
        Ok(self.other(start))
    }

    pub fn eval_input(&mut self) -> R<'s> {
        let start = self.mark;
        self.expressions()?;
        self.many(|p| p.newline())?;
        self.kind(Kind::End)?;
        Ok(self.other(start))
    }

    pub fn interactive(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                p.compound_stmt()?;
                p.newline()
            },
            |p| p.simple_stmts(),
            |p| p.newline(),
            |p| p.kind(Kind::End),
        )
    }

    fn statement(&mut self) -> R<'s> {
        let first = self.peek().ok();
        alts!(self;
            |p| {
                let node = p.compound_stmt()?;
                if let Some(token) = first.filter(|token| !matches!(token.text, "def" | "async" | "@")) {
                    p.note_statement(token.line, token.col);
                }
                Ok(node)
            },
            |p| p.simple_stmts(),
        )
    }

    /// Where suggestions start to look: at the last compound statement that was complete. Functions do not count.
    fn note_statement(&mut self, line: i32, col: i32) {
        if self.last_statement.0 <= line {
            self.last_statement = (line, col);
        }
    }

    fn statements(&mut self) -> R<'s> {
        let start = self.mark;
        self.many1(|p| p.statement())?;
        Ok(self.other(start))
    }

    fn simple_stmts(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let node = p.simple_stmt()?;
                p.not(|p| p.op(";"))?;
                p.newline()?;
                Ok(node)
            },
            |p| {
                let start = p.mark;
                p.gather(";", |p| p.simple_stmt())?;
                p.opt(|p| p.op(";"))?;
                p.newline()?;
                Ok(p.other(start))
            },
        )
    }

    pub fn simple_stmt(&mut self) -> R<'s> {
        self.memo(id::SIMPLE_STMT, |p| p.simple_stmt_inner())
    }

    fn simple_stmt_inner(&mut self) -> R<'s> {
        alts!(self;
            |p| p.assignment(),
            |p| {
                p.ahead(|p| p.kw("type"))?;
                p.type_alias()
            },
            |p| p.star_expressions(),
            |p| {
                p.ahead(|p| p.kw("return"))?;
                let start = p.mark;
                p.kw("return")?;
                p.opt(|p| p.star_expressions())?;
                Ok(p.other(start))
            },
            |p| {
                let token = p.peek()?;
                if token.kind != Kind::Name || !matches!(token.text, "import" | "from") {
                    return Err(Fail::No);
                }
                p.import_stmt()
            },
            |p| {
                p.ahead(|p| p.kw("raise"))?;
                p.raise_stmt()
            },
            |p| p.kw("pass"),
            |p| {
                p.ahead(|p| p.kw("del"))?;
                p.del_stmt()
            },
            |p| {
                p.ahead(|p| p.kw("yield"))?;
                p.yield_expr()
            },
            |p| {
                p.ahead(|p| p.kw("assert"))?;
                let start = p.mark;
                p.kw("assert")?;
                p.expression()?;
                p.opt(|p| {
                    p.op(",")?;
                    p.expression()
                })?;
                Ok(p.other(start))
            },
            |p| p.kw("break"),
            |p| p.kw("continue"),
            |p| p.name_list("global"),
            |p| p.name_list("nonlocal"),
        )
    }

    fn name_list(&mut self, keyword: &str) -> R<'s> {
        let start = self.mark;
        self.kw(keyword)?;
        self.gather(",", |p| p.name())?;
        Ok(self.other(start))
    }

    fn compound_stmt(&mut self) -> R<'s> {
        let token = self.peek()?;
        let word = if token.kind == Kind::Name || token.text == "@" { token.text } else { return Err(Fail::No) };
        alts!(self;
            |p| match word {
                "def" | "@" | "async" => p.function_def(),
                _ => Err(Fail::No),
            },
            |p| if word == "if" { p.if_stmt("if") } else { Err(Fail::No) },
            |p| match word {
                "class" | "@" => p.class_def(),
                _ => Err(Fail::No),
            },
            |p| match word {
                "with" | "async" => p.with_stmt(),
                _ => Err(Fail::No),
            },
            |p| match word {
                "for" | "async" => p.for_stmt(),
                _ => Err(Fail::No),
            },
            |p| if word == "try" { p.try_stmt() } else { Err(Fail::No) },
            |p| if word == "while" { p.while_stmt() } else { Err(Fail::No) },
            |p| p.match_stmt(),
        )
    }

    // Assignments.

    fn assignment(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let start = p.mark;
                p.name()?;
                p.op(":")?;
                p.expression()?;
                p.opt(|p| {
                    p.op("=")?;
                    p.annotated_rhs()
                })?;
                Ok(p.other(start))
            },
            |p| {
                let start = p.mark;
                let parenthesized = p.opt(|p| {
                    p.op("(")?;
                    let target = p.single_target()?;
                    p.op(")")?;
                    Ok(target)
                })?;
                if parenthesized.is_none() {
                    p.single_subscript_attribute_target()?;
                }
                p.op(":")?;
                p.expression()?;
                p.opt(|p| {
                    p.op("=")?;
                    p.annotated_rhs()
                })?;
                Ok(p.other(start))
            },
            |p| {
                let start = p.mark;
                p.many1(|p| {
                    let target = p.star_targets()?;
                    p.op("=")?;
                    Ok(target)
                })?;
                p.annotated_rhs()?;
                p.not(|p| p.op("="))?;
                Ok(p.other(start))
            },
            |p| {
                let start = p.mark;
                p.single_target()?;
                p.augassign()?;
                match p.annotated_rhs() {
                    Ok(_) => Ok(p.other(start)),
                    Err(Fail::No) => Err(Fail::Cut),
                    Err(other) => Err(other),
                }
            },
            |p| p.mistake(|p| p.invalid_assignment()),
        )
    }

    fn augassign(&mut self) -> R<'s> {
        let token = self.peek()?;
        const OPS: [&str; 13] = ["+=", "-=", "*=", "@=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "**=", "//="];
        if token.kind == Kind::Op && OPS.contains(&token.text) { self.op(token.text) } else { Err(Fail::No) }
    }

    pub fn annotated_rhs(&mut self) -> R<'s> {
        alts!(self; |p| p.yield_expr(), |p| p.star_expressions())
    }

    fn invalid_assignment(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let target = p.invalid_ann_assign_target()?;
                p.op(":")?;
                p.expression()?;
                let what = target.k.description();
                p.raise_at(&target, format!("only single target (not {what}) can be annotated"))
            },
            |p| {
                let first = p.star_named_expression()?;
                p.op(",")?;
                p.many(|p| p.star_named_expressions())?;
                p.op(":")?;
                p.expression()?;
                p.raise_at(&first, "only single target (not tuple) can be annotated")
            },
            |p| {
                let target = p.expression()?;
                p.op(":")?;
                p.expression()?;
                p.raise_at(&target, "illegal target for annotation")
            },
            |p| {
                p.many(|p| {
                    let target = p.star_targets()?;
                    p.op("=")?;
                    Ok(target)
                })?;
                let value = p.star_expressions()?;
                p.op("=")?;
                p.raise_invalid_target(Targets::Star, &value)
            },
            |p| {
                p.many(|p| {
                    let target = p.star_targets()?;
                    p.op("=")?;
                    Ok(target)
                })?;
                let value = p.yield_expr()?;
                p.op("=")?;
                p.raise_at(&value, "assignment to yield expression not possible")
            },
            |p| {
                let target = p.star_expressions()?;
                p.augassign()?;
                p.annotated_rhs()?;
                let what = target.k.description();
                p.raise_at(&target, format!("'{what}' is an illegal expression for augmented assignment"))
            },
        )
    }

    fn invalid_ann_assign_target(&mut self) -> R<'s> {
        alts!(self;
            |p| p.list(),
            |p| p.tuple(),
            |p| {
                p.op("(")?;
                let target = p.invalid_ann_assign_target()?;
                p.op(")")?;
                Ok(target)
            },
        )
    }

    // Simple statements with mistakes of their own.

    fn raise_stmt(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let start = p.mark;
                p.kw("raise")?;
                p.expression()?;
                p.kw("from")?;
                p.expression()?;
                Ok(p.other(start))
            },
            |p| p.mistake(|p| alts!(p;
                |p| {
                    let a = p.kw("raise")?;
                    p.expression()?;
                    let b = p.kw("from")?;
                    p.raise_range(&a, &b, "did you forget an expression after 'from'?")
                },
            )),
            |p| {
                let start = p.mark;
                p.kw("raise")?;
                p.expression()?;
                Ok(p.other(start))
            },
            |p| p.kw("raise"),
        )
    }

    fn del_stmt(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let start = p.mark;
                p.kw("del")?;
                p.del_targets()?;
                p.ahead(|p| alts!(p; |p| p.op(";"), |p| p.newline()))?;
                Ok(p.other(start))
            },
            |p| p.mistake(|p| {
                p.kw("del")?;
                let targets = p.star_expressions()?;
                p.raise_invalid_target(Targets::Del, &targets)
            }),
        )
    }

    fn import_stmt(&mut self) -> R<'s> {
        alts!(self;
            |p| p.mistake(|p| alts!(p;
                |p| {
                    let a = p.kw("import")?;
                    p.gather(",", |p| p.dotted_name())?;
                    p.kw("from")?;
                    p.dotted_name()?;
                    p.raise_from(&a, "Did you mean to use 'from ... import ...' instead?")
                },
                |p| {
                    p.kw("import")?;
                    let token = p.newline()?;
                    p.raise_from(&token, "Expected one or more names after 'import'")
                },
            )),
            |p| {
                let start = p.mark;
                p.kw("import")?;
                p.gather(",", |p| p.dotted_as_name())?;
                Ok(p.other(start))
            },
            |p| {
                let start = p.mark;
                p.kw("from")?;
                p.many(|p| alts!(p; |p| p.op("."), |p| p.op("...")))?;
                p.dotted_name()?;
                p.kw("import")?;
                p.import_from_targets()?;
                Ok(p.other(start))
            },
            |p| {
                let start = p.mark;
                p.kw("from")?;
                p.many1(|p| alts!(p; |p| p.op("."), |p| p.op("...")))?;
                p.kw("import")?;
                p.import_from_targets()?;
                Ok(p.other(start))
            },
        )
    }

    fn import_from_targets(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let start = p.mark;
                p.op("(")?;
                p.gather(",", |p| p.import_from_as_name())?;
                p.opt(|p| p.op(","))?;
                p.op(")")?;
                Ok(p.other(start))
            },
            |p| {
                let start = p.mark;
                p.gather(",", |p| p.import_from_as_name())?;
                p.not(|p| p.op(","))?;
                Ok(p.other(start))
            },
            |p| p.op("*"),
            |p| p.mistake(|p| alts!(p;
                |p| {
                    p.gather(",", |p| p.import_from_as_name())?;
                    p.op(",")?;
                    p.newline()?;
                    p.raise_last(
                        ErrorKind::SyntaxError,
                        "trailing comma not allowed without surrounding parentheses",
                    )
                },
                |p| {
                    let token = p.newline()?;
                    p.raise_from(&token, "Expected one or more names after 'import'")
                },
            )),
        )
    }

    fn import_from_as_name(&mut self) -> R<'s> {
        alts!(self;
            |p| p.mistake(|p| {
                p.name()?;
                p.invalid_as()
            }),
            |p| {
                let name = p.name()?;
                p.opt(|p| {
                    p.kw("as")?;
                    p.name()
                })?;
                Ok(name)
            },
        )
    }

    fn invalid_as(&mut self) -> R<'s> {
        self.kw("as")?;
        self.not(|p| {
            p.name()?;
            alts!(p; |p| p.op(","), |p| p.op(")"), |p| p.op(";"), |p| p.newline())
        })?;
        let target = self.expression()?;
        let what = target.k.description();
        self.raise_at(&target, format!("cannot use {what} as import target"))
    }

    fn dotted_as_name(&mut self) -> R<'s> {
        alts!(self;
            |p| p.mistake(|p| {
                p.dotted_name()?;
                p.invalid_as()
            }),
            |p| {
                let name = p.dotted_name()?;
                p.opt(|p| {
                    p.kw("as")?;
                    p.name()
                })?;
                Ok(name)
            },
        )
    }

    fn dotted_name(&mut self) -> R<'s> {
        let start = self.mark;
        self.name()?;
        self.many(|p| {
            p.op(".")?;
            p.name()
        })?;
        Ok(self.other(start))
    }

    fn type_alias(&mut self) -> R<'s> {
        let start = self.mark;
        self.kw("type")?;
        self.name()?;
        self.opt(|p| p.type_params())?;
        self.op("=")?;
        self.expression()?;
        Ok(self.other(start))
    }

    // Blocks.

    pub fn block(&mut self) -> R<'s> {
        self.memo(id::BLOCK, |p| alts!(p;
            |p| {
                let start = p.mark;
                p.newline()?;
                p.kind(Kind::Indent)?;
                p.statements()?;
                p.kind(Kind::Dedent)?;
                Ok(p.other(start))
            },
            |p| p.simple_stmts(),
            |p| p.mistake(|p| {
                p.newline()?;
                p.not(|p| p.kind(Kind::Indent))?;
                p.raise_last(ErrorKind::IndentationError, "expected an indented block")
            }),
        ))
    }

    /// `: NEWLINE` without a block behind it.
    fn missing_block(&mut self, at: &Node<'s>, what: &str) -> R<'s> {
        self.op(":")?;
        self.newline()?;
        self.not(|p| p.kind(Kind::Indent))?;
        let message = format!("expected an indented block after {what} on line {}", at.line);
        self.raise_last(ErrorKind::IndentationError, message)
    }

    fn missing_colon(&mut self) -> R<'s> {
        self.newline()?;
        self.raise_last(ErrorKind::SyntaxError, "expected ':'")
    }

    fn decorators(&mut self) -> Result<Vec<Node<'s>>, Fail> {
        self.many1(|p| {
            p.op("@")?;
            let node = p.named_expression()?;
            p.newline()?;
            Ok(node)
        })
    }

    fn class_def(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                p.decorators()?;
                p.class_def_raw()
            },
            |p| p.class_def_raw(),
        )
    }

    fn class_head(&mut self) -> R<'s> {
        let class = self.kw("class")?;
        self.name()?;
        self.opt(|p| p.type_params())?;
        self.opt(|p| {
            let open = p.op("(")?;
            p.opt(|p| p.arguments())?;
            p.op(")")?;
            Ok(open)
        })?;
        Ok(class)
    }

    fn class_def_raw(&mut self) -> R<'s> {
        alts!(self;
            |p| p.mistake(|p| alts!(p;
                |p| {
                    p.class_head()?;
                    p.missing_colon()
                },
                |p| {
                    let class = p.class_head()?;
                    p.missing_block(&class, "class definition")
                },
            )),
            |p| {
                let class = p.class_head()?;
                p.op(":")?;
                p.block()?;
                Ok(class)
            },
        )
    }

    fn function_def(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                p.decorators()?;
                p.function_def_raw()
            },
            |p| p.function_def_raw(),
        )
    }

    fn function_def_raw(&mut self) -> R<'s> {
        alts!(self;
            |p| p.mistake(|p| {
                p.opt(|p| p.kw("async"))?;
                let def = p.kw("def")?;
                p.name()?;
                p.opt(|p| p.type_params())?;
                p.op("(")?;
                p.opt(|p| p.params())?;
                p.op(")")?;
                p.opt(|p| {
                    p.op("->")?;
                    p.expression()
                })?;
                p.missing_block(&def, "function definition")
            }),
            |p| p.function_body(),
            |p| {
                p.kw("async")?;
                p.function_body()
            },
        )
    }

    fn function_body(&mut self) -> R<'s> {
        let def = self.kw("def")?;
        self.name()?;
        self.opt(|p| p.type_params())?;
        self.force("(")?;
        self.opt(|p| p.params())?;
        self.op(")")?;
        self.opt(|p| {
            p.op("->")?;
            p.expression()
        })?;
        self.force(":")?;
        self.block()?;
        Ok(def)
    }

    fn if_stmt(&mut self, word: &'static str) -> R<'s> {
        alts!(self;
            |p| p.mistake(|p| alts!(p;
                |p| {
                    p.kw(word)?;
                    p.named_expression()?;
                    p.missing_colon()
                },
                |p| {
                    let word_token = p.kw(word)?;
                    p.named_expression()?;
                    p.missing_block(&word_token, &format!("'{word}' statement"))
                },
            )),
            |p| {
                let start = p.mark;
                p.kw(word)?;
                p.named_expression()?;
                p.op(":")?;
                p.block()?;
                p.if_stmt("elif")?;
                Ok(p.other(start))
            },
            |p| {
                let start = p.mark;
                p.kw(word)?;
                p.named_expression()?;
                p.op(":")?;
                p.block()?;
                p.opt(|p| p.else_block())?;
                Ok(p.other(start))
            },
        )
    }

    fn else_block(&mut self) -> R<'s> {
        alts!(self;
            |p| p.mistake(|p| alts!(p;
                |p| {
                    let word = p.kw("else")?;
                    p.missing_block(&word, "'else' statement")
                },
                |p| {
                    p.kw("else")?;
                    p.op(":")?;
                    p.block()?;
                    let elif = p.kw("elif")?;
                    p.raise_at(&elif, "'elif' block follows an 'else' block")
                },
            )),
            |p| {
                let word = p.kw("else")?;
                p.force(":")?;
                p.block()?;
                Ok(word)
            },
        )
    }

    fn while_stmt(&mut self) -> R<'s> {
        alts!(self;
            |p| p.mistake(|p| alts!(p;
                |p| {
                    p.kw("while")?;
                    p.named_expression()?;
                    p.missing_colon()
                },
                |p| {
                    let word = p.kw("while")?;
                    p.named_expression()?;
                    p.missing_block(&word, "'while' statement")
                },
            )),
            |p| {
                let word = p.kw("while")?;
                p.named_expression()?;
                p.op(":")?;
                p.block()?;
                p.opt(|p| p.else_block())?;
                Ok(word)
            },
        )
    }

    fn for_stmt(&mut self) -> R<'s> {
        alts!(self;
            |p| p.mistake(|p| alts!(p;
                |p| {
                    p.opt(|p| p.kw("async"))?;
                    p.kw("for")?;
                    p.star_targets()?;
                    p.kw("in")?;
                    p.star_expressions()?;
                    p.missing_colon()
                },
                |p| {
                    p.opt(|p| p.kw("async"))?;
                    let word = p.kw("for")?;
                    p.star_targets()?;
                    p.kw("in")?;
                    p.star_expressions()?;
                    p.missing_block(&word, "'for' statement")
                },
            )),
            |p| p.for_body(),
            |p| {
                p.kw("async")?;
                p.for_body()
            },
            |p| p.mistake(|p| p.invalid_for_target()),
        )
    }

    fn for_body(&mut self) -> R<'s> {
        let word = self.kw("for")?;
        self.star_targets()?;
        self.kw("in")?;
        let rest = |p: &mut Self| {
            p.star_expressions()?;
            p.op(":")?;
            p.block()?;
            p.opt(|p| p.else_block())?;
            Ok(word)
        };
        match rest(self) {
            Err(Fail::No) => Err(Fail::Cut),
            other => other,
        }
    }

    pub fn invalid_for_target(&mut self) -> R<'s> {
        self.opt(|p| p.kw("async"))?;
        self.kw("for")?;
        let target = self.star_expressions()?;
        self.raise_invalid_target(Targets::For, &target)
    }

    // with.

    fn with_stmt(&mut self) -> R<'s> {
        alts!(self;
            |p| p.mistake(|p| alts!(p;
                |p| {
                    let word = p.with_head_plain()?;
                    p.missing_block(&word, "'with' statement")
                },
                |p| {
                    let word = p.with_head_parenthesized()?;
                    p.missing_block(&word, "'with' statement")
                },
            )),
            |p| p.with_parenthesized(),
            |p| p.with_plain(),
            |p| {
                p.kw("async")?;
                p.with_parenthesized()
            },
            |p| {
                p.kw("async")?;
                p.with_plain()
            },
            |p| p.mistake(|p| alts!(p;
                |p| {
                    p.with_head_plain()?;
                    p.missing_colon()
                },
                |p| {
                    p.with_head_parenthesized()?;
                    p.missing_colon()
                },
            )),
        )
    }

    fn with_head_plain(&mut self) -> R<'s> {
        self.opt(|p| p.kw("async"))?;
        let word = self.kw("with")?;
        self.gather(",", |p| {
            let item = p.expression()?;
            p.opt(|p| {
                p.kw("as")?;
                p.star_target()
            })?;
            Ok(item)
        })?;
        Ok(word)
    }

    fn with_head_parenthesized(&mut self) -> R<'s> {
        self.opt(|p| p.kw("async"))?;
        let word = self.kw("with")?;
        self.op("(")?;
        self.gather(",", |p| {
            let item = p.expressions()?;
            p.opt(|p| {
                p.kw("as")?;
                p.star_target()
            })?;
            Ok(item)
        })?;
        self.opt(|p| p.op(","))?;
        self.op(")")?;
        Ok(word)
    }

    fn with_parenthesized(&mut self) -> R<'s> {
        let word = self.kw("with")?;
        self.op("(")?;
        self.gather(",", |p| p.with_item())?;
        self.opt(|p| p.op(","))?;
        self.op(")")?;
        self.op(":")?;
        self.block()?;
        Ok(word)
    }

    fn with_plain(&mut self) -> R<'s> {
        let word = self.kw("with")?;
        self.gather(",", |p| p.with_item())?;
        self.op(":")?;
        self.block()?;
        Ok(word)
    }

    fn with_item(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let item = p.expression()?;
                p.kw("as")?;
                p.star_target()?;
                p.ahead(|p| alts!(p; |p| p.op(","), |p| p.op(")"), |p| p.op(":")))?;
                Ok(item)
            },
            |p| p.mistake(|p| {
                p.expression()?;
                p.kw("as")?;
                let target = p.expression()?;
                p.ahead(|p| alts!(p; |p| p.op(","), |p| p.op(")"), |p| p.op(":")))?;
                p.raise_invalid_target(Targets::Star, &target)
            }),
            |p| p.expression(),
        )
    }

    // try.

    fn try_stmt(&mut self) -> R<'s> {
        alts!(self;
            |p| p.mistake(|p| p.invalid_try_stmt()),
            |p| {
                let word = p.kw("try")?;
                p.force(":")?;
                p.block()?;
                p.finally_block()?;
                Ok(word)
            },
            |p| {
                let word = p.kw("try")?;
                p.force(":")?;
                p.block()?;
                p.many1(|p| p.except_block())?;
                p.opt(|p| p.else_block())?;
                p.opt(|p| p.finally_block())?;
                Ok(word)
            },
            |p| {
                let word = p.kw("try")?;
                p.force(":")?;
                p.block()?;
                p.many1(|p| p.except_star_block())?;
                p.opt(|p| p.else_block())?;
                p.opt(|p| p.finally_block())?;
                Ok(word)
            },
        )
    }

    fn invalid_try_stmt(&mut self) -> R<'s> {
        const BOTH: &str = "cannot have both 'except' and 'except*' on the same 'try'";
        alts!(self;
            |p| {
                let word = p.kw("try")?;
                p.missing_block(&word, "'try' statement")
            },
            |p| {
                p.kw("try")?;
                p.op(":")?;
                p.block()?;
                p.not(|p| alts!(p; |p| p.kw("except"), |p| p.kw("finally")))?;
                p.raise_last(ErrorKind::SyntaxError, "expected 'except' or 'finally' block")
            },
            |p| {
                p.kw("try")?;
                p.op(":")?;
                p.many(|p| p.block())?;
                p.many1(|p| p.except_block())?;
                let a = p.kw("except")?;
                let b = p.op("*")?;
                p.expression()?;
                p.opt(|p| {
                    p.kw("as")?;
                    p.name()
                })?;
                p.op(":")?;
                p.raise_range(&a, &b, BOTH)
            },
            |p| {
                p.kw("try")?;
                p.op(":")?;
                p.many(|p| p.block())?;
                p.many1(|p| p.except_star_block())?;
                let a = p.kw("except")?;
                p.opt(|p| {
                    let class = p.expression()?;
                    p.opt(|p| {
                        p.kw("as")?;
                        p.name()
                    })?;
                    Ok(class)
                })?;
                p.op(":")?;
                p.raise_at(&a, BOTH)
            },
        )
    }

    fn except_block(&mut self) -> R<'s> {
        alts!(self;
            |p| p.mistake(|p| alts!(p;
                |p| {
                    let word = p.kw("except")?;
                    p.expression()?;
                    p.opt(|p| {
                        p.kw("as")?;
                        p.name()
                    })?;
                    p.missing_block(&word, "'except' statement")
                },
                |p| {
                    let word = p.kw("except")?;
                    p.missing_block(&word, "'except' statement")
                },
            )),
            |p| {
                let word = p.kw("except")?;
                p.expressions()?;
                p.op(":")?;
                p.block()?;
                Ok(word)
            },
            |p| {
                let word = p.kw("except")?;
                p.expression()?;
                p.kw("as")?;
                p.name()?;
                p.op(":")?;
                p.block()?;
                Ok(word)
            },
            |p| {
                let word = p.kw("except")?;
                p.op(":")?;
                p.block()?;
                Ok(word)
            },
            |p| p.mistake(|p| alts!(p;
                |p| {
                    p.kw("except")?;
                    let first = p.expression()?;
                    p.op(",")?;
                    p.expressions()?;
                    p.kw("as")?;
                    p.name()?;
                    p.op(":")?;
                    p.raise_from(&first, "multiple exception types must be parenthesized when using 'as'")
                },
                |p| {
                    p.kw("except")?;
                    p.expression()?;
                    p.opt(|p| {
                        p.kw("as")?;
                        p.name()
                    })?;
                    p.missing_colon()
                },
                |p| {
                    p.kw("except")?;
                    p.missing_colon()
                },
                |p| {
                    p.kw("except")?;
                    p.expression()?;
                    p.kw("as")?;
                    let target = p.expression()?;
                    p.op(":")?;
                    p.block()?;
                    let what = target.k.description();
                    p.raise_at(&target, format!("cannot use except statement with {what}"))
                },
            )),
        )
    }

    fn except_star_block(&mut self) -> R<'s> {
        alts!(self;
            |p| p.mistake(|p| {
                let word = p.kw("except")?;
                p.op("*")?;
                p.expression()?;
                p.opt(|p| {
                    p.kw("as")?;
                    p.name()
                })?;
                p.missing_block(&word, "'except*' statement")
            }),
            |p| {
                let word = p.kw("except")?;
                p.op("*")?;
                p.expressions()?;
                p.op(":")?;
                p.block()?;
                Ok(word)
            },
            |p| {
                let word = p.kw("except")?;
                p.op("*")?;
                p.expression()?;
                p.kw("as")?;
                p.name()?;
                p.op(":")?;
                p.block()?;
                Ok(word)
            },
            |p| p.mistake(|p| alts!(p;
                |p| {
                    p.kw("except")?;
                    p.op("*")?;
                    let first = p.expression()?;
                    p.op(",")?;
                    p.expressions()?;
                    p.kw("as")?;
                    p.name()?;
                    p.op(":")?;
                    p.raise_from(&first, "multiple exception types must be parenthesized when using 'as'")
                },
                |p| {
                    p.kw("except")?;
                    p.op("*")?;
                    p.expression()?;
                    p.opt(|p| {
                        p.kw("as")?;
                        p.name()
                    })?;
                    p.missing_colon()
                },
                |p| {
                    p.kw("except")?;
                    p.op("*")?;
                    alts_newline_colon(p)?;
                    p.raise_last(ErrorKind::SyntaxError, "expected one or more exception types")
                },
                |p| {
                    p.kw("except")?;
                    p.op("*")?;
                    p.expression()?;
                    p.kw("as")?;
                    let target = p.expression()?;
                    p.op(":")?;
                    p.block()?;
                    let what = target.k.description();
                    p.raise_at(&target, format!("cannot use except* statement with {what}"))
                },
            )),
        )
    }

    fn finally_block(&mut self) -> R<'s> {
        alts!(self;
            |p| p.mistake(|p| {
                let word = p.kw("finally")?;
                p.missing_block(&word, "'finally' statement")
            }),
            |p| {
                let word = p.kw("finally")?;
                p.force(":")?;
                p.block()?;
                Ok(word)
            },
        )
    }

    // Parameters.

    fn params(&mut self) -> R<'s> {
        alts!(self; |p| p.mistake(|p| p.invalid_parameters(false)), |p| p.parameters(false))
    }

    pub fn lambda_params(&mut self) -> R<'s> {
        alts!(self; |p| p.mistake(|p| p.invalid_parameters(true)), |p| p.parameters(true))
    }

    fn parameters(&mut self, lambda: bool) -> R<'s> {
        alts!(self;
            |p| {
                let start = p.mark;
                p.slash_no_default(lambda)?;
                p.many(|p| p.param_no_default(lambda))?;
                p.many(|p| p.param_with_default(lambda))?;
                p.opt(|p| p.star_etc(lambda))?;
                Ok(p.other(start))
            },
            |p| {
                let start = p.mark;
                p.slash_with_default(lambda)?;
                p.many(|p| p.param_with_default(lambda))?;
                p.opt(|p| p.star_etc(lambda))?;
                Ok(p.other(start))
            },
            |p| {
                let start = p.mark;
                p.many1(|p| p.param_no_default(lambda))?;
                p.many(|p| p.param_with_default(lambda))?;
                p.opt(|p| p.star_etc(lambda))?;
                Ok(p.other(start))
            },
            |p| {
                let start = p.mark;
                p.many1(|p| p.param_with_default(lambda))?;
                p.opt(|p| p.star_etc(lambda))?;
                Ok(p.other(start))
            },
            |p| p.star_etc(lambda),
        )
    }

    fn closing(lambda: bool) -> &'static str {
        if lambda { ":" } else { ")" }
    }

    fn slash_no_default(&mut self, lambda: bool) -> R<'s> {
        let start = self.mark;
        self.many1(|p| p.param_no_default(lambda))?;
        self.op("/")?;
        self.comma_or_close(lambda)?;
        Ok(self.other(start))
    }

    fn slash_with_default(&mut self, lambda: bool) -> R<'s> {
        let start = self.mark;
        self.many(|p| p.param_no_default(lambda))?;
        self.many1(|p| p.param_with_default(lambda))?;
        self.op("/")?;
        self.comma_or_close(lambda)?;
        Ok(self.other(start))
    }

    fn comma_or_close(&mut self, lambda: bool) -> R<'s> {
        alts!(self;
            |p| p.op(","),
            |p| {
                p.ahead(|p| p.op(Self::closing(lambda)))?;
                Ok(p.other(p.mark))
            },
        )
    }

    fn param(&mut self, lambda: bool) -> R<'s> {
        let start = self.mark;
        self.name()?;
        if !lambda {
            self.opt(|p| {
                p.op(":")?;
                p.expression()
            })?;
        }
        Ok(self.other(start))
    }

    fn param_no_default(&mut self, lambda: bool) -> R<'s> {
        let param = self.param(lambda)?;
        self.comma_or_close(lambda)?;
        Ok(param)
    }

    fn param_no_default_star_annotation(&mut self) -> R<'s> {
        let start = self.mark;
        self.name()?;
        self.op(":")?;
        self.star_expression()?;
        let node = self.other(start);
        self.comma_or_close(false)?;
        Ok(node)
    }

    fn param_with_default(&mut self, lambda: bool) -> R<'s> {
        let param = self.param(lambda)?;
        self.default(lambda)?;
        self.comma_or_close(lambda)?;
        Ok(param)
    }

    fn param_maybe_default(&mut self, lambda: bool) -> R<'s> {
        let param = self.param(lambda)?;
        self.opt(|p| p.default(lambda))?;
        self.comma_or_close(lambda)?;
        Ok(param)
    }

    fn default(&mut self, lambda: bool) -> R<'s> {
        alts!(self;
            |p| {
                p.op("=")?;
                p.expression()
            },
            |p| p.mistake(|p| {
                let equals = p.op("=")?;
                p.ahead(|p| alts!(p; |p| p.op(Self::closing(lambda)), |p| p.op(",")))?;
                p.raise_at(&equals, "expected default value expression")
            }),
        )
    }

    fn star_etc(&mut self, lambda: bool) -> R<'s> {
        alts!(self;
            |p| p.mistake(|p| p.invalid_star_etc(lambda)),
            |p| {
                let star = p.op("*")?;
                p.param_no_default(lambda)?;
                p.many(|p| p.param_maybe_default(lambda))?;
                p.opt(|p| p.kwds(lambda))?;
                Ok(star)
            },
            |p| {
                if lambda {
                    return Err(Fail::No);
                }
                let star = p.op("*")?;
                p.param_no_default_star_annotation()?;
                p.many(|p| p.param_maybe_default(lambda))?;
                p.opt(|p| p.kwds(lambda))?;
                Ok(star)
            },
            |p| {
                let star = p.op("*")?;
                p.op(",")?;
                p.many1(|p| p.param_maybe_default(lambda))?;
                p.opt(|p| p.kwds(lambda))?;
                Ok(star)
            },
            |p| p.kwds(lambda),
        )
    }

    fn kwds(&mut self, lambda: bool) -> R<'s> {
        alts!(self;
            |p| p.mistake(|p| p.invalid_kwds(lambda)),
            |p| {
                let stars = p.op("**")?;
                p.param_no_default(lambda)?;
                Ok(stars)
            },
        )
    }

    fn invalid_parameters(&mut self, lambda: bool) -> R<'s> {
        alts!(self;
            |p| {
                let slash = p.op("/")?;
                p.op(",")?;
                p.raise_at(&slash, "at least one argument must precede /")
            },
            |p| {
                alts_slash(p, lambda)?;
                p.many(|p| p.param_maybe_default(lambda))?;
                let slash = p.op("/")?;
                p.raise_at(&slash, "/ may appear only once")
            },
            |p| {
                p.opt(|p| p.slash_no_default(lambda))?;
                p.many(|p| p.param_no_default(lambda))?;
                alts_defaults(p, lambda)?;
                let param = p.param_no_default(lambda)?;
                p.raise_at(&param, "parameter without a default follows parameter with a default")
            },
            |p| {
                p.many(|p| p.param_no_default(lambda))?;
                let open = p.op("(")?;
                if lambda {
                    p.gather(",", |p| p.param(true))?;
                } else {
                    p.many1(|p| p.param_no_default(false))?;
                }
                p.opt(|p| p.op(","))?;
                let close = p.op(")")?;
                let what = if lambda { "Lambda expression" } else { "Function" };
                p.raise_range(&open, &close, format!("{what} parameters cannot be parenthesized"))
            },
            |p| {
                p.opt(|p| alts_slash(p, lambda))?;
                p.many(|p| p.param_maybe_default(lambda))?;
                p.op("*")?;
                alts_comma_param(p, lambda)?;
                p.many(|p| p.param_maybe_default(lambda))?;
                let slash = p.op("/")?;
                p.raise_at(&slash, "/ must be ahead of *")
            },
            |p| {
                p.many1(|p| p.param_maybe_default(lambda))?;
                p.op("/")?;
                let star = p.op("*")?;
                p.raise_at(&star, "expected comma between / and *")
            },
        )
    }

    fn invalid_star_etc(&mut self, lambda: bool) -> R<'s> {
        alts!(self;
            |p| {
                let star = p.op("*")?;
                alts_bare_star(p, lambda)?;
                if lambda {
                    return p.raise_last(ErrorKind::SyntaxError, "named arguments must follow bare *");
                }
                p.raise_at(&star, "named arguments must follow bare *")
            },
            |p| {
                p.op("*")?;
                p.param(lambda)?;
                let equals = p.op("=")?;
                p.raise_at(&equals, "var-positional argument cannot have default value")
            },
            |p| {
                p.op("*")?;
                alts_comma_param(p, lambda)?;
                p.many(|p| p.param_maybe_default(lambda))?;
                let star = p.op("*")?;
                alts_comma_param(p, lambda)?;
                p.raise_at(&star, "* argument may appear only once")
            },
        )
    }

    fn invalid_kwds(&mut self, lambda: bool) -> R<'s> {
        alts!(self;
            |p| {
                p.op("**")?;
                p.param(lambda)?;
                let equals = p.op("=")?;
                p.raise_at(&equals, "var-keyword argument cannot have default value")
            },
            |p| {
                p.op("**")?;
                p.param(lambda)?;
                p.op(",")?;
                let param = p.param(lambda)?;
                p.raise_at(&param, "arguments cannot follow var-keyword argument")
            },
            |p| {
                p.op("**")?;
                p.param(lambda)?;
                p.op(",")?;
                let token = alts_star_slash(p)?;
                p.raise_at(&token, "arguments cannot follow var-keyword argument")
            },
        )
    }

    // Type parameters.

    fn type_params(&mut self) -> R<'s> {
        alts!(self;
            |p| p.mistake(|p| {
                p.op("[")?;
                let close = p.op("]")?;
                p.raise_from(&close, "Type parameter list cannot be empty")
            }),
            |p| {
                let open = p.op("[")?;
                p.gather(",", |p| p.type_param())?;
                p.opt(|p| p.op(","))?;
                p.op("]")?;
                Ok(open)
            },
        )
    }

    fn type_param(&mut self) -> R<'s> {
        alts!(self;
            |p| {
                let name = p.name()?;
                p.opt(|p| {
                    p.op(":")?;
                    p.expression()
                })?;
                p.opt(|p| {
                    p.op("=")?;
                    p.expression()
                })?;
                Ok(name)
            },
            |p| p.mistake(|p| {
                let what = match p.opt(|p| p.op("*"))? {
                    Some(_) => "TypeVarTuple",
                    None => {
                        p.op("**")?;
                        "ParamSpec"
                    }
                };
                p.name()?;
                let colon = p.op(":")?;
                let bound = p.expression()?;
                let kind = if bound.k == K::Tuple { "constraints" } else { "bound" };
                p.raise_from(&colon, format!("cannot use {kind} with {what}"))
            }),
            |p| {
                let star = p.op("*")?;
                p.name()?;
                p.opt(|p| {
                    p.op("=")?;
                    p.star_expression()
                })?;
                Ok(star)
            },
            |p| {
                let stars = p.op("**")?;
                p.name()?;
                p.opt(|p| {
                    p.op("=")?;
                    p.expression()
                })?;
                Ok(stars)
            },
        )
    }
}

fn alts_slash<'s>(p: &mut Peg<'s>, lambda: bool) -> R<'s> {
    alts!(p; |p| p.slash_no_default(lambda), |p| p.slash_with_default(lambda))
}

fn alts_defaults<'s>(p: &mut Peg<'s>, lambda: bool) -> R<'s> {
    alts!(p;
        |p| p.slash_with_default(lambda),
        |p| {
            let start = p.mark;
            p.many1(|p| p.param_with_default(lambda))?;
            Ok(p.other(start))
        },
    )
}

fn alts_comma_param<'s>(p: &mut Peg<'s>, lambda: bool) -> R<'s> {
    alts!(p; |p| p.op(","), |p| p.param_no_default(lambda))
}

fn alts_bare_star<'s>(p: &mut Peg<'s>, lambda: bool) -> R<'s> {
    let close = if lambda { ":" } else { ")" };
    alts!(p;
        |p| p.op(close),
        |p| {
            p.op(",")?;
            alts!(p; |p| p.op(close), |p| p.op("**"))
        },
    )
}

fn alts_star_slash<'s>(p: &mut Peg<'s>) -> R<'s> {
    alts!(p; |p| p.op("*"), |p| p.op("**"), |p| p.op("/"))
}

fn alts_newline_colon<'s>(p: &mut Peg<'s>) -> R<'s> {
    alts!(p; |p| p.newline(), |p| p.op(":"))
}
