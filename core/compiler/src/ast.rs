//! The abstract syntax tree: CPython 3.14's node classes, held in an arena.
//!
//! This tree is the compiler's single input. `convert` builds it from the parser's tree, the
//! `ast` module builds it from Python objects, and `symtable` and `codegen` read nothing else.
//! Nodes are plain `Copy` data behind arena references, so a tree of any depth is dropped
//! without recursion. One table declares every class; the macros expand it into the Rust types
//! and into the generic view (`Node`, `FieldValue`) that `ast_objects` and the dumper walk.
//! Positions are CPython's: lines from 1, columns in UTF-8 bytes from 0.

use bumpalo::Bump;

/// Where a node sits in the source. Signed, because a program may build nodes with any numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub line: i32,
    pub col: i32,
    pub end_line: i32,
    pub end_col: i32,
}

impl Span {
    pub const NONE: Span = Span { line: -1, col: -1, end_line: -1, end_col: -1 };

    /// The span from the start of `self` to the end of `end`.
    pub fn to(self, end: Span) -> Span {
        Span { end_line: end.end_line, end_col: end.end_col, ..self }
    }
}

pub type Ident<'a> = &'a str;
pub type StmtRef<'a> = &'a Stmt<'a>;
pub type ExprRef<'a> = &'a Expr<'a>;
pub type PatternRef<'a> = &'a Pattern<'a>;
pub type Stmts<'a> = &'a [Stmt<'a>];
pub type Exprs<'a> = &'a [Expr<'a>];
pub type OptExprs<'a> = &'a [Option<ExprRef<'a>>];

/// A constant in the tree. Strings are generalised UTF-8: lone surrogates are encoded like any
/// other code point, since Python string literals may contain them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Constant<'a> {
    None,
    True,
    False,
    Ellipsis,
    Int(i64),
    /// Sign and little-endian magnitude of an integer beyond `i64`.
    BigInt {
        negative: bool,
        magnitude: &'a [u8],
    },
    Float(f64),
    Complex {
        real: f64,
        imag: f64,
    },
    Str(&'a [u8]),
    Bytes(&'a [u8]),
    Tuple(&'a [Constant<'a>]),
    FrozenSet(&'a [Constant<'a>]),
}

/// What a field of a node can hold, for code that walks trees without knowing the classes.
#[derive(Clone, Copy, Debug)]
pub enum FieldValue<'a> {
    None,
    Node(Node<'a>),
    /// A list; items are read one by one with `ListView::get`.
    List(ListView<'a>),
    Ident(Ident<'a>),
    /// The name of an operator or context class such as `Add` or `Load`.
    Token(&'static str),
    Int(i64),
    Str(&'a [u8]),
    Constant(&'a Constant<'a>),
}

/// A list field, seen generically.
#[derive(Clone, Copy, Debug)]
pub enum ListView<'a> {
    Stmts(&'a [Stmt<'a>]),
    Exprs(&'a [Expr<'a>]),
    OptExprs(&'a [Option<ExprRef<'a>>]),
    Patterns(&'a [Pattern<'a>]),
    Comprehensions(&'a [Comprehension<'a>]),
    ExceptHandlers(&'a [ExceptHandler<'a>]),
    Args(&'a [Arg<'a>]),
    Keywords(&'a [Keyword<'a>]),
    Aliases(&'a [Alias<'a>]),
    WithItems(&'a [WithItem<'a>]),
    MatchCases(&'a [MatchCase<'a>]),
    TypeParams(&'a [TypeParam<'a>]),
    TypeIgnores(&'a [TypeIgnore<'a>]),
    CmpOps(&'a [CmpOp]),
    Idents(&'a [Ident<'a>]),
}

impl<'a> ListView<'a> {
    pub fn len(&self) -> usize {
        match *self {
            ListView::Stmts(x) => x.len(),
            ListView::Exprs(x) => x.len(),
            ListView::OptExprs(x) => x.len(),
            ListView::Patterns(x) => x.len(),
            ListView::Comprehensions(x) => x.len(),
            ListView::ExceptHandlers(x) => x.len(),
            ListView::Args(x) => x.len(),
            ListView::Keywords(x) => x.len(),
            ListView::Aliases(x) => x.len(),
            ListView::WithItems(x) => x.len(),
            ListView::MatchCases(x) => x.len(),
            ListView::TypeParams(x) => x.len(),
            ListView::TypeIgnores(x) => x.len(),
            ListView::CmpOps(x) => x.len(),
            ListView::Idents(x) => x.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn get(&self, index: usize) -> FieldValue<'a> {
        match *self {
            ListView::Stmts(x) => FieldValue::Node(Node::Stmt(&x[index])),
            ListView::Exprs(x) => FieldValue::Node(Node::Expr(&x[index])),
            ListView::OptExprs(x) => x[index].map_or(FieldValue::None, |e| FieldValue::Node(Node::Expr(e))),
            ListView::Patterns(x) => FieldValue::Node(Node::Pattern(&x[index])),
            ListView::Comprehensions(x) => FieldValue::Node(Node::Comprehension(&x[index])),
            ListView::ExceptHandlers(x) => FieldValue::Node(Node::ExceptHandler(&x[index])),
            ListView::Args(x) => FieldValue::Node(Node::Arg(&x[index])),
            ListView::Keywords(x) => FieldValue::Node(Node::Keyword(&x[index])),
            ListView::Aliases(x) => FieldValue::Node(Node::Alias(&x[index])),
            ListView::WithItems(x) => FieldValue::Node(Node::WithItem(&x[index])),
            ListView::MatchCases(x) => FieldValue::Node(Node::MatchCase(&x[index])),
            ListView::TypeParams(x) => FieldValue::Node(Node::TypeParam(&x[index])),
            ListView::TypeIgnores(x) => FieldValue::Node(Node::TypeIgnore(&x[index])),
            ListView::CmpOps(x) => FieldValue::Token(x[index].name()),
            ListView::Idents(x) => FieldValue::Ident(x[index]),
        }
    }
}

/// How a field's type is written in the grammar of the `ast` module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    One,
    Optional,
    Many,
    /// A list whose items may be None (`Dict.keys`, `arguments.kw_defaults`).
    ManyOptional,
}

/// One field of a node class: its Python name, the class of its values, how many.
#[derive(Clone, Copy, Debug)]
pub struct FieldInfo {
    pub name: &'static str,
    pub ty: &'static str,
    pub shape: Shape,
}

/// One concrete node class of the `ast` module.
#[derive(Clone, Copy, Debug)]
pub struct ClassInfo {
    pub name: &'static str,
    /// The abstract class above it (`stmt`, `expr`, …), or its own name for product types.
    pub base: &'static str,
    pub fields: &'static [FieldInfo],
}

/// A field type: how it looks in the table, how it is read and how it is built.
pub trait Field<'a>: Sized + Copy {
    const TYPE: &'static str;
    const SHAPE: Shape;
    fn value(&'a self) -> FieldValue<'a>;
    fn read(builder: &mut dyn FieldReader<'a>, name: &'static str) -> Result<Self, ReadError>;
}

/// Reading failed; the reader has kept (and will raise) the exception.
#[derive(Clone, Copy, Debug)]
pub struct ReadError;

/// The other direction: somebody (the `ast` module) who can hand over the fields of one foreign
/// node. Every method raises its own exception when the field is missing or of the wrong type.
pub trait FieldReader<'a> {
    fn arena(&self) -> &'a Bump;
    fn node(&mut self, name: &'static str, ty: &'static str) -> Result<Node<'a>, ReadError>;
    fn opt_node(&mut self, name: &'static str, ty: &'static str) -> Result<Option<Node<'a>>, ReadError>;
    fn nodes(
        &mut self,
        name: &'static str,
        ty: &'static str,
        allow_none: bool,
    ) -> Result<Vec<Option<Node<'a>>>, ReadError>;
    fn ident(&mut self, name: &'static str) -> Result<Ident<'a>, ReadError>;
    fn opt_ident(&mut self, name: &'static str) -> Result<Option<Ident<'a>>, ReadError>;
    fn idents(&mut self, name: &'static str) -> Result<Vec<Ident<'a>>, ReadError>;
    /// The class name of an operator or context object.
    fn token(&mut self, name: &'static str, ty: &'static str) -> Result<&'a str, ReadError>;
    fn tokens(&mut self, name: &'static str, ty: &'static str) -> Result<Vec<&'a str>, ReadError>;
    fn int(&mut self, name: &'static str, optional: bool) -> Result<i64, ReadError>;
    fn opt_str(&mut self, name: &'static str) -> Result<Option<&'a [u8]>, ReadError>;
    fn constant(&mut self, name: &'static str) -> Result<Constant<'a>, ReadError>;
    /// A node of the right type whose class the tree does not know.
    fn unexpected(&mut self, name: &'static str, ty: &'static str) -> ReadError;
}

macro_rules! products {
    ($( $name:ident $(= $py:literal)? { $($field:ident : $ty:ty),* $(,)? } )*) => { $(
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'a> { $(pub $field: $ty,)* pub marker: std::marker::PhantomData<&'a ()> }

        impl<'a> $name<'a> {
            pub const FIELDS: &'static [FieldInfo] = &[$(FieldInfo {
                name: python_name(stringify!($field)),
                ty: <$ty as Field>::TYPE,
                shape: <$ty as Field>::SHAPE,
            }),*];

            #[allow(unused_variables)]
            pub fn for_each_field(&'a self, visit: &mut dyn FnMut(&'static str, FieldValue<'a>)) {
                $(visit(python_name(stringify!($field)), Field::value(&self.$field));)*
            }

            #[allow(unused_variables)]
            pub fn read(reader: &mut dyn FieldReader<'a>) -> Result<Self, ReadError> {
                Ok($name { $($field: Field::read(reader, python_name(stringify!($field)))?,)* marker: std::marker::PhantomData })
            }
        }
    )* };
}

/// A Rust field name without the underscore that keeps it apart from a keyword.
const fn python_name(name: &'static str) -> &'static str {
    let bytes = name.as_bytes();
    if bytes[bytes.len() - 1] == b'_' {
        match std::str::from_utf8(bytes.split_at(bytes.len() - 1).0) {
            Ok(trimmed) => trimmed,
            Err(_) => name,
        }
    } else {
        name
    }
}

macro_rules! sums {
    ($( $sum:ident $kind:ident $base:literal $positioned:literal { $($variant:ident $(($payload:ident))?),* $(,)? } )*) => {
        $(
            #[derive(Clone, Copy, Debug)]
            pub enum $kind<'a> { $($variant $((&'a $payload<'a>))?,)* #[doc(hidden)] Phantom(std::convert::Infallible, std::marker::PhantomData<&'a ()>) }

            #[derive(Clone, Copy, Debug)]
            pub struct $sum<'a> { pub kind: $kind<'a>, pub span: Span }

            impl<'a> $sum<'a> {
                pub fn class_name(&self) -> &'static str {
                    match self.kind { $($kind::$variant { .. } => stringify!($variant),)* $kind::Phantom(never, _) => match never {} }
                }

                #[allow(unused_variables)]
                pub fn for_each_field(&self, visit: &mut dyn FnMut(&'static str, FieldValue<'a>)) {
                    match self.kind {
                        $( sums!(@pat $kind $variant x $(($payload))?) => { sums!(@visit x visit $(($payload))?) } )*
                        $kind::Phantom(never, _) => match never {},
                    }
                }

                /// Build the node of class `class` from a reader positioned on it.
                pub fn read(class: &str, span: Span, reader: &mut dyn FieldReader<'a>) -> Result<Option<Self>, ReadError> {
                    let kind = match class {
                        $( stringify!($variant) => sums!(@read $kind $variant reader $(($payload))?), )*
                        _ => return Ok(None),
                    };
                    Ok(Some($sum { kind, span }))
                }
            }
        )*

        /// Every concrete class with fields of its own, in the order the `ast` module defines them.
        pub const SUM_CLASSES: &[ClassInfo] = &[
            $($( ClassInfo { name: stringify!($variant), base: $base, fields: sums!(@fields $(($payload))?) }, )*)*
        ];
    };
    (@pat $kind:ident $variant:ident $x:ident ($payload:ident)) => { $kind::$variant($x) };
    (@pat $kind:ident $variant:ident $x:ident) => { $kind::$variant };
    (@visit $x:ident $visit:ident ($payload:ident)) => { $x.for_each_field($visit) };
    (@visit $x:ident $visit:ident) => { {} };
    (@read $kind:ident $variant:ident $reader:ident ($payload:ident)) => {{ let node = $payload::read($reader)?; $kind::$variant($reader.arena().alloc(node)) }};
    (@read $kind:ident $variant:ident $reader:ident) => { $kind::$variant };
    (@fields ($payload:ident)) => { $payload::FIELDS };
    (@fields) => { &[] };
}

sums! {
    Mod ModKind "mod" false { Module(Module), Interactive(Interactive), Expression(Expression), FunctionType(FunctionType) }
    Stmt StmtKind "stmt" true {
        FunctionDef(FunctionDef), AsyncFunctionDef(FunctionDef), ClassDef(ClassDef), Return(Return), Delete(Delete),
        Assign(Assign), TypeAlias(TypeAlias), AugAssign(AugAssign), AnnAssign(AnnAssign), For(For), AsyncFor(For),
        While(While), If(If), With(With), AsyncWith(With), Match(Match), Raise(Raise), Try(Try), TryStar(Try),
        Assert(Assert), Import(Import), ImportFrom(ImportFrom), Global(Global), Nonlocal(Global), Expr(ExprStmt),
        Pass, Break, Continue,
    }
    Expr ExprKind "expr" true {
        BoolOp(BoolOpExpr), NamedExpr(NamedExpr), BinOp(BinOp), UnaryOp(UnaryOpExpr), Lambda(Lambda), IfExp(IfExp),
        Dict(Dict), Set(Set), ListComp(Comp), SetComp(Comp), DictComp(DictComp), GeneratorExp(Comp), Await(Await),
        Yield(Yield), YieldFrom(Await), Compare(Compare), Call(Call), FormattedValue(FormattedValue),
        Interpolation(Interpolation), JoinedStr(JoinedStr), TemplateStr(JoinedStr), Constant(ConstantExpr),
        Attribute(Attribute), Subscript(Subscript), Starred(Starred), Name(Name), List(Sequence), Tuple(Sequence),
        Slice(Slice),
    }
    Pattern PatternKind "pattern" true {
        MatchValue(MatchValue), MatchSingleton(MatchSingleton), MatchSequence(MatchSequence), MatchMapping(MatchMapping),
        MatchClass(MatchClass), MatchStar(MatchStar), MatchAs(MatchAs), MatchOr(MatchSequence),
    }
    ExceptHandler ExceptHandlerKind "excepthandler" true { ExceptHandler(Handler) }
    TypeParam TypeParamKind "type_param" true { TypeVar(TypeVar), ParamSpec(ParamSpec), TypeVarTuple(ParamSpec) }
    TypeIgnore TypeIgnoreKind "type_ignore" false { TypeIgnore(TypeIgnoreTag) }
}

products! {
    Module { body: Stmts<'a>, type_ignores: &'a [TypeIgnore<'a>] }
    Interactive { body: Stmts<'a> }
    Expression { body: ExprRef<'a> }
    FunctionType { argtypes: Exprs<'a>, returns: ExprRef<'a> }

    FunctionDef {
        name: Ident<'a>, args: &'a Arguments<'a>, body: Stmts<'a>, decorator_list: Exprs<'a>,
        returns: Option<ExprRef<'a>>, type_comment: Option<&'a [u8]>, type_params: &'a [TypeParam<'a>],
    }
    ClassDef {
        name: Ident<'a>, bases: Exprs<'a>, keywords: &'a [Keyword<'a>], body: Stmts<'a>,
        decorator_list: Exprs<'a>, type_params: &'a [TypeParam<'a>],
    }
    Return { value: Option<ExprRef<'a>> }
    Delete { targets: Exprs<'a> }
    Assign { targets: Exprs<'a>, value: ExprRef<'a>, type_comment: Option<&'a [u8]> }
    TypeAlias { name: ExprRef<'a>, type_params: &'a [TypeParam<'a>], value: ExprRef<'a> }
    AugAssign { target: ExprRef<'a>, op: Operator, value: ExprRef<'a> }
    AnnAssign { target: ExprRef<'a>, annotation: ExprRef<'a>, value: Option<ExprRef<'a>>, simple: i64 }
    For {
        target: ExprRef<'a>, iter: ExprRef<'a>, body: Stmts<'a>, orelse: Stmts<'a>, type_comment: Option<&'a [u8]>,
    }
    While { test: ExprRef<'a>, body: Stmts<'a>, orelse: Stmts<'a> }
    If { test: ExprRef<'a>, body: Stmts<'a>, orelse: Stmts<'a> }
    With { items: &'a [WithItem<'a>], body: Stmts<'a>, type_comment: Option<&'a [u8]> }
    Match { subject: ExprRef<'a>, cases: &'a [MatchCase<'a>] }
    Raise { exc: Option<ExprRef<'a>>, cause: Option<ExprRef<'a>> }
    Try { body: Stmts<'a>, handlers: &'a [ExceptHandler<'a>], orelse: Stmts<'a>, finalbody: Stmts<'a> }
    Assert { test: ExprRef<'a>, msg: Option<ExprRef<'a>> }
    Import { names: &'a [Alias<'a>] }
    ImportFrom { module: Option<Ident<'a>>, names: &'a [Alias<'a>], level: OptInt }
    Global { names: &'a [Ident<'a>] }
    ExprStmt { value: ExprRef<'a> }

    BoolOpExpr { op: BoolOp, values: Exprs<'a> }
    NamedExpr { target: ExprRef<'a>, value: ExprRef<'a> }
    BinOp { left: ExprRef<'a>, op: Operator, right: ExprRef<'a> }
    UnaryOpExpr { op: UnaryOp, operand: ExprRef<'a> }
    Lambda { args: &'a Arguments<'a>, body: ExprRef<'a> }
    IfExp { test: ExprRef<'a>, body: ExprRef<'a>, orelse: ExprRef<'a> }
    Dict { keys: OptExprs<'a>, values: Exprs<'a> }
    Set { elts: Exprs<'a> }
    Comp { elt: ExprRef<'a>, generators: &'a [Comprehension<'a>] }
    DictComp { key: ExprRef<'a>, value: ExprRef<'a>, generators: &'a [Comprehension<'a>] }
    Await { value: ExprRef<'a> }
    Yield { value: Option<ExprRef<'a>> }
    Compare { left: ExprRef<'a>, ops: &'a [CmpOp], comparators: Exprs<'a> }
    Call { func: ExprRef<'a>, args: Exprs<'a>, keywords: &'a [Keyword<'a>] }
    FormattedValue { value: ExprRef<'a>, conversion: i64, format_spec: Option<ExprRef<'a>> }
    Interpolation { value: ExprRef<'a>, str: Constant<'a>, conversion: i64, format_spec: Option<ExprRef<'a>> }
    JoinedStr { values: Exprs<'a> }
    ConstantExpr { value: Constant<'a>, kind: Option<&'a [u8]> }
    Attribute { value: ExprRef<'a>, attr: Ident<'a>, ctx: Context }
    Subscript { value: ExprRef<'a>, slice: ExprRef<'a>, ctx: Context }
    Starred { value: ExprRef<'a>, ctx: Context }
    Name { id: Ident<'a>, ctx: Context }
    Sequence { elts: Exprs<'a>, ctx: Context }
    Slice { lower: Option<ExprRef<'a>>, upper: Option<ExprRef<'a>>, step: Option<ExprRef<'a>> }

    MatchValue { value: ExprRef<'a> }
    MatchSingleton { value: Constant<'a> }
    MatchSequence { patterns: &'a [Pattern<'a>] }
    MatchMapping { keys: Exprs<'a>, patterns: &'a [Pattern<'a>], rest: Option<Ident<'a>> }
    MatchClass {
        cls: ExprRef<'a>, patterns: &'a [Pattern<'a>], kwd_attrs: &'a [Ident<'a>], kwd_patterns: &'a [Pattern<'a>],
    }
    MatchStar { name: Option<Ident<'a>> }
    MatchAs { pattern: Option<PatternRef<'a>>, name: Option<Ident<'a>> }

    Handler { type_: Option<ExprRef<'a>>, name: Option<Ident<'a>>, body: Stmts<'a> }
    TypeVar { name: Ident<'a>, bound: Option<ExprRef<'a>>, default_value: Option<ExprRef<'a>> }
    ParamSpec { name: Ident<'a>, default_value: Option<ExprRef<'a>> }
    TypeIgnoreTag { lineno: i64, tag: &'a [u8] }

    ComprehensionFields { target: ExprRef<'a>, iter: ExprRef<'a>, ifs: Exprs<'a>, is_async: i64 }
    ArgumentsFields {
        posonlyargs: &'a [Arg<'a>], args: &'a [Arg<'a>], vararg: Option<&'a Arg<'a>>, kwonlyargs: &'a [Arg<'a>],
        kw_defaults: OptExprs<'a>, kwarg: Option<&'a Arg<'a>>, defaults: Exprs<'a>,
    }
    ArgFields { arg: Ident<'a>, annotation: Option<ExprRef<'a>>, type_comment: Option<&'a [u8]> }
    KeywordFields { arg: Option<Ident<'a>>, value: ExprRef<'a> }
    AliasFields { name: Ident<'a>, asname: Option<Ident<'a>> }
    WithItemFields { context_expr: ExprRef<'a>, optional_vars: Option<ExprRef<'a>> }
    MatchCaseFields { pattern: PatternRef<'a>, guard: Option<ExprRef<'a>>, body: Stmts<'a> }
}

/// Product types: a span (unused where CPython has no attributes) and the fields.
macro_rules! spanned {
    ($( $name:ident $fields:ident $py:literal $positioned:literal )*) => {
        $(
            #[derive(Clone, Copy, Debug)]
            pub struct $name<'a> { pub fields: $fields<'a>, pub span: Span }

            impl<'a> std::ops::Deref for $name<'a> {
                type Target = $fields<'a>;
                fn deref(&self) -> &$fields<'a> { &self.fields }
            }
        )*

        pub const PRODUCT_CLASSES: &[ClassInfo] = &[$(ClassInfo { name: $py, base: $py, fields: $fields::FIELDS }),*];

        impl<'a> Node<'a> {
            pub fn class_name(self) -> &'static str {
                match self {
                    Node::Mod(x) => x.class_name(),
                    Node::Stmt(x) => x.class_name(),
                    Node::Expr(x) => x.class_name(),
                    Node::Pattern(x) => x.class_name(),
                    Node::ExceptHandler(x) => x.class_name(),
                    Node::TypeParam(x) => x.class_name(),
                    Node::TypeIgnore(x) => x.class_name(),
                    $(Node::$name(_) => $py,)*
                }
            }

            pub fn for_each_field(self, visit: &mut dyn FnMut(&'static str, FieldValue<'a>)) {
                match self {
                    Node::Mod(x) => x.for_each_field(visit),
                    Node::Stmt(x) => x.for_each_field(visit),
                    Node::Expr(x) => x.for_each_field(visit),
                    Node::Pattern(x) => x.for_each_field(visit),
                    Node::ExceptHandler(x) => x.for_each_field(visit),
                    Node::TypeParam(x) => x.for_each_field(visit),
                    Node::TypeIgnore(x) => x.for_each_field(visit),
                    $(Node::$name(x) => x.fields.for_each_field(visit),)*
                }
            }

            /// The node's position, for the classes that have the four position attributes.
            pub fn span(self) -> Option<Span> {
                match self {
                    Node::Mod(_) | Node::TypeIgnore(_) => None,
                    Node::Stmt(x) => Some(x.span),
                    Node::Expr(x) => Some(x.span),
                    Node::Pattern(x) => Some(x.span),
                    Node::ExceptHandler(x) => Some(x.span),
                    Node::TypeParam(x) => Some(x.span),
                    $(Node::$name(x) => if $positioned { Some(x.span) } else { None },)*
                }
            }

            /// Build the node of class `class` from a reader positioned on it; None for a class
            /// that is not a concrete node class.
            pub fn read(class: &str, span: Span, reader: &mut dyn FieldReader<'a>) -> Result<Option<Node<'a>>, ReadError> {
                $(if class == $py {
                    let fields = $fields::read(reader)?;
                    return Ok(Some(Node::$name(reader.arena().alloc($name { fields, span }))));
                })*
                if let Some(x) = Expr::read(class, span, reader)? { return Ok(Some(Node::Expr(reader.arena().alloc(x)))); }
                if let Some(x) = Stmt::read(class, span, reader)? { return Ok(Some(Node::Stmt(reader.arena().alloc(x)))); }
                if let Some(x) = Pattern::read(class, span, reader)? { return Ok(Some(Node::Pattern(reader.arena().alloc(x)))); }
                if let Some(x) = Mod::read(class, span, reader)? { return Ok(Some(Node::Mod(reader.arena().alloc(x)))); }
                if let Some(x) = ExceptHandler::read(class, span, reader)? { return Ok(Some(Node::ExceptHandler(reader.arena().alloc(x)))); }
                if let Some(x) = TypeParam::read(class, span, reader)? { return Ok(Some(Node::TypeParam(reader.arena().alloc(x)))); }
                if let Some(x) = TypeIgnore::read(class, span, reader)? { return Ok(Some(Node::TypeIgnore(reader.arena().alloc(x)))); }
                Ok(None)
            }
        }
    };
}

spanned! {
    Comprehension ComprehensionFields "comprehension" false
    Arguments ArgumentsFields "arguments" false
    Arg ArgFields "arg" true
    Keyword KeywordFields "keyword" true
    Alias AliasFields "alias" true
    WithItem WithItemFields "withitem" false
    MatchCase MatchCaseFields "match_case" false
}

/// Any node, for generic walks.
#[derive(Clone, Copy, Debug)]
pub enum Node<'a> {
    Mod(&'a Mod<'a>),
    Stmt(&'a Stmt<'a>),
    Expr(&'a Expr<'a>),
    Pattern(&'a Pattern<'a>),
    ExceptHandler(&'a ExceptHandler<'a>),
    TypeParam(&'a TypeParam<'a>),
    TypeIgnore(&'a TypeIgnore<'a>),
    Comprehension(&'a Comprehension<'a>),
    Arguments(&'a Arguments<'a>),
    Arg(&'a Arg<'a>),
    Keyword(&'a Keyword<'a>),
    Alias(&'a Alias<'a>),
    WithItem(&'a WithItem<'a>),
    MatchCase(&'a MatchCase<'a>),
}

macro_rules! tokens {
    ($( $name:ident $base:literal { $($variant:ident),* $(,)? } )*) => { $(
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($variant),* }

        impl $name {
            pub const ALL: &'static [&'static str] = &[$(stringify!($variant)),*];

            pub fn name(self) -> &'static str {
                match self { $($name::$variant => stringify!($variant)),* }
            }

            pub fn from_name(name: &str) -> Option<Self> {
                match name { $(stringify!($variant) => Some($name::$variant),)* _ => None }
            }
        }

        impl<'a> Field<'a> for $name {
            const TYPE: &'static str = $base;
            const SHAPE: Shape = Shape::One;
            fn value(&'a self) -> FieldValue<'a> { FieldValue::Token(self.name()) }
            fn read(reader: &mut dyn FieldReader<'a>, name: &'static str) -> Result<Self, ReadError> {
                let token = reader.token(name, $base)?;
                $name::from_name(token).ok_or_else(|| reader.unexpected(name, $base))
            }
        }
    )* };
}

tokens! {
    Context "expr_context" { Load, Store, Del }
    BoolOp "boolop" { And, Or }
    Operator "operator" {
        Add, Sub, Mult, MatMult, Div, Mod, Pow, LShift, RShift, BitOr, BitXor, BitAnd, FloorDiv,
    }
    UnaryOp "unaryop" { Invert, Not, UAdd, USub }
    CmpOp "cmpop" { Eq, NotEq, Lt, LtE, Gt, GtE, Is, IsNot, In, NotIn }
}

impl Operator {
    /// The operator as written, without the `=` of an augmented assignment.
    pub fn symbol(self) -> &'static str {
        match self {
            Operator::Add => "+",
            Operator::Sub => "-",
            Operator::Mult => "*",
            Operator::MatMult => "@",
            Operator::Div => "/",
            Operator::Mod => "%",
            Operator::Pow => "**",
            Operator::LShift => "<<",
            Operator::RShift => ">>",
            Operator::BitOr => "|",
            Operator::BitXor => "^",
            Operator::BitAnd => "&",
            Operator::FloorDiv => "//",
        }
    }
}

/// An optional integer field: absent reads as zero, as `ImportFrom.level` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptInt(pub i64);

impl<'a> Field<'a> for OptInt {
    const TYPE: &'static str = "int";
    const SHAPE: Shape = Shape::Optional;
    fn value(&'a self) -> FieldValue<'a> {
        FieldValue::Int(self.0)
    }
    fn read(reader: &mut dyn FieldReader<'a>, name: &'static str) -> Result<Self, ReadError> {
        Ok(OptInt(reader.int(name, true)?))
    }
}

impl<'a> Field<'a> for i64 {
    const TYPE: &'static str = "int";
    const SHAPE: Shape = Shape::One;
    fn value(&'a self) -> FieldValue<'a> {
        FieldValue::Int(*self)
    }
    fn read(reader: &mut dyn FieldReader<'a>, name: &'static str) -> Result<Self, ReadError> {
        // `conversion` alone may be left out of a hand-made node: -1 says "none".
        reader.int(name, false)
    }
}

impl<'a> Field<'a> for Constant<'a> {
    const TYPE: &'static str = "constant";
    const SHAPE: Shape = Shape::One;
    fn value(&'a self) -> FieldValue<'a> {
        FieldValue::Constant(self)
    }
    fn read(reader: &mut dyn FieldReader<'a>, name: &'static str) -> Result<Self, ReadError> {
        reader.constant(name)
    }
}

impl<'a> Field<'a> for &'a str {
    const TYPE: &'static str = "identifier";
    const SHAPE: Shape = Shape::One;
    fn value(&'a self) -> FieldValue<'a> {
        FieldValue::Ident(self)
    }
    fn read(reader: &mut dyn FieldReader<'a>, name: &'static str) -> Result<Self, ReadError> {
        reader.ident(name)
    }
}

impl<'a> Field<'a> for Option<&'a str> {
    const TYPE: &'static str = "identifier";
    const SHAPE: Shape = Shape::Optional;
    fn value(&'a self) -> FieldValue<'a> {
        self.map_or(FieldValue::None, FieldValue::Ident)
    }
    fn read(reader: &mut dyn FieldReader<'a>, name: &'static str) -> Result<Self, ReadError> {
        reader.opt_ident(name)
    }
}

impl<'a> Field<'a> for &'a [&'a str] {
    const TYPE: &'static str = "identifier";
    const SHAPE: Shape = Shape::Many;
    fn value(&'a self) -> FieldValue<'a> {
        FieldValue::List(ListView::Idents(self))
    }
    fn read(reader: &mut dyn FieldReader<'a>, name: &'static str) -> Result<Self, ReadError> {
        let items = reader.idents(name)?;
        Ok(reader.arena().alloc_slice_copy(&items))
    }
}

impl<'a> Field<'a> for Option<&'a [u8]> {
    const TYPE: &'static str = "string";
    const SHAPE: Shape = Shape::Optional;
    fn value(&'a self) -> FieldValue<'a> {
        self.map_or(FieldValue::None, FieldValue::Str)
    }
    fn read(reader: &mut dyn FieldReader<'a>, name: &'static str) -> Result<Self, ReadError> {
        reader.opt_str(name)
    }
}

impl<'a> Field<'a> for &'a [u8] {
    const TYPE: &'static str = "string";
    const SHAPE: Shape = Shape::One;
    fn value(&'a self) -> FieldValue<'a> {
        FieldValue::Str(self)
    }
    fn read(reader: &mut dyn FieldReader<'a>, name: &'static str) -> Result<Self, ReadError> {
        match reader.opt_str(name)? {
            Some(text) => Ok(text),
            None => Err(reader.unexpected(name, "string")),
        }
    }
}

impl<'a> Field<'a> for &'a [CmpOp] {
    const TYPE: &'static str = "cmpop";
    const SHAPE: Shape = Shape::Many;
    fn value(&'a self) -> FieldValue<'a> {
        FieldValue::List(ListView::CmpOps(self))
    }
    fn read(reader: &mut dyn FieldReader<'a>, name: &'static str) -> Result<Self, ReadError> {
        let mut ops = Vec::new();
        for token in reader.tokens(name, "cmpop")? {
            ops.push(CmpOp::from_name(token).ok_or_else(|| reader.unexpected(name, "cmpop"))?);
        }
        Ok(reader.arena().alloc_slice_copy(&ops))
    }
}

impl<'a> Field<'a> for OptExprs<'a> {
    const TYPE: &'static str = "expr";
    const SHAPE: Shape = Shape::ManyOptional;
    fn value(&'a self) -> FieldValue<'a> {
        FieldValue::List(ListView::OptExprs(self))
    }
    fn read(reader: &mut dyn FieldReader<'a>, name: &'static str) -> Result<Self, ReadError> {
        let mut items = Vec::new();
        for node in reader.nodes(name, "expr", true)? {
            items.push(match node {
                None => None,
                Some(Node::Expr(expr)) => Some(expr),
                Some(_) => return Err(reader.unexpected(name, "expr")),
            });
        }
        Ok(reader.arena().alloc_slice_copy(&items))
    }
}

/// The three field types of each node class: one, optional, list.
macro_rules! node_fields {
    ($( $node:ident $list:ident $ty:literal )*) => { $(
        impl<'a> Field<'a> for &'a $node<'a> {
            const TYPE: &'static str = $ty;
            const SHAPE: Shape = Shape::One;
            fn value(&'a self) -> FieldValue<'a> { FieldValue::Node(Node::$node(self)) }
            fn read(reader: &mut dyn FieldReader<'a>, name: &'static str) -> Result<Self, ReadError> {
                match reader.node(name, $ty)? {
                    Node::$node(node) => Ok(node),
                    _ => Err(reader.unexpected(name, $ty)),
                }
            }
        }

        impl<'a> Field<'a> for Option<&'a $node<'a>> {
            const TYPE: &'static str = $ty;
            const SHAPE: Shape = Shape::Optional;
            fn value(&'a self) -> FieldValue<'a> {
                self.map_or(FieldValue::None, |node| FieldValue::Node(Node::$node(node)))
            }
            fn read(reader: &mut dyn FieldReader<'a>, name: &'static str) -> Result<Self, ReadError> {
                match reader.opt_node(name, $ty)? {
                    None => Ok(None),
                    Some(Node::$node(node)) => Ok(Some(node)),
                    Some(_) => Err(reader.unexpected(name, $ty)),
                }
            }
        }

        impl<'a> Field<'a> for &'a [$node<'a>] {
            const TYPE: &'static str = $ty;
            const SHAPE: Shape = Shape::Many;
            fn value(&'a self) -> FieldValue<'a> { FieldValue::List(ListView::$list(self)) }
            fn read(reader: &mut dyn FieldReader<'a>, name: &'static str) -> Result<Self, ReadError> {
                let mut items = Vec::new();
                for node in reader.nodes(name, $ty, false)? {
                    match node {
                        Some(Node::$node(node)) => items.push(*node),
                        _ => return Err(reader.unexpected(name, $ty)),
                    }
                }
                Ok(reader.arena().alloc_slice_copy(&items))
            }
        }
    )* };
}

node_fields! {
    Stmt Stmts "stmt"
    Expr Exprs "expr"
    Pattern Patterns "pattern"
    ExceptHandler ExceptHandlers "excepthandler"
    TypeParam TypeParams "type_param"
    TypeIgnore TypeIgnores "type_ignore"
    Comprehension Comprehensions "comprehension"
    Arg Args "arg"
    Keyword Keywords "keyword"
    Alias Aliases "alias"
    WithItem WithItems "withitem"
    MatchCase MatchCases "match_case"
}

impl<'a> Field<'a> for &'a Arguments<'a> {
    const TYPE: &'static str = "arguments";
    const SHAPE: Shape = Shape::One;
    fn value(&'a self) -> FieldValue<'a> {
        FieldValue::Node(Node::Arguments(self))
    }
    fn read(reader: &mut dyn FieldReader<'a>, name: &'static str) -> Result<Self, ReadError> {
        match reader.node(name, "arguments")? {
            Node::Arguments(node) => Ok(node),
            _ => Err(reader.unexpected(name, "arguments")),
        }
    }
}

/// `PhantomData` spelled shortly, for code that builds nodes.
pub const M: std::marker::PhantomData<&()> = std::marker::PhantomData;
