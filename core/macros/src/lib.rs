//! `#[methods]` and `#[derive(Traverse)]`: what turns a Rust `impl` block into Python methods.
//!
//! `#[methods] impl T { #[sig("(x, /, y=None)")] fn name(this: &Ref<T>, vm: &mut Vm, x: Value, y: Option<Value>) -> Result<..> }`
//! leaves the functions as they are and adds `impl Methods for T { const METHODS: &[MethodDef] }` with one argument
//! shim per function that carries `#[sig]`. A function whose first parameter is `this` is a method, `cls` a class
//! method (or `__new__`); one that starts with `vm` is a static method or module function. `#[getter]` and
//! `#[setter]` make attributes. The `///` text is the Python `__doc__`. Conversions are `FromArg` in core/vm.

#![forbid(unsafe_code)]

mod signature;

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::{format_ident, quote};
use signature::{Default, Kind, Param};
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, ImplItem, ImplItemFn, ItemImpl, LitStr, Pat, Type};

/// Adds `impl Methods` to an `impl` block; see the crate's documentation.
///
/// The functions are `#[inline]`, which says who compiles them: the crate that makes an interpreter, which is the
/// host. So the web's builtins are made for size and the command line's for speed. `#[methods(hot)]` leaves them to
/// the crate they are written in.
#[proc_macro_attribute]
pub fn methods(attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut block = syn::parse_macro_input!(item as ItemImpl);
    let hot = attr.to_string() == "hot";
    if !hot {
        make_inline(&mut block);
    }
    let mut defs = Vec::new();
    let mut errors = Vec::new();
    for item in &mut block.items {
        if let ImplItem::Fn(function) = item {
            match method_def(function, &block.self_ty, hot) {
                Ok(def) => defs.extend(def),
                Err(e) => errors.push(e.to_compile_error()),
            }
            function.attrs.retain(|a| !OURS.iter().any(|name| a.path().is_ident(name)));
        }
    }
    let this = &block.self_ty;
    quote! {
        #[allow(clippy::too_many_arguments, non_snake_case, reason = "mirrors the Python signature and names")]
        #block
        impl ::krait_vm::args::Methods for #this {
            const METHODS: &'static [::krait_vm::args::MethodDef] = &[#(#defs),*];
        }
        #(#errors)*
    }
    .into()
}

/// What `#[methods]` without `hot` does, for an `impl` block of helpers that only such functions call.
#[proc_macro_attribute]
pub fn compiled_by_host(_attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut block = syn::parse_macro_input!(item as ItemImpl);
    make_inline(&mut block);
    quote!(#block).into()
}

fn make_inline(block: &mut ItemImpl) {
    for item in &mut block.items {
        if let ImplItem::Fn(function) = item
            && !function.attrs.iter().any(|a| a.path().is_ident("inline"))
        {
            function.attrs.push(syn::parse_quote!(#[inline]));
        }
    }
}

const OURS: [&str; 8] = ["sig", "getter", "setter", "classmethod", "staticmethod", "pyname", "slot", "inlined"];

fn method_def(function: &ImplItemFn, self_ty: &Type, hot: bool) -> syn::Result<Option<Tokens>> {
    let attr = |name: &str| function.attrs.iter().find(|a| a.path().is_ident(name));
    let (sig, getter, setter) = (attr("sig"), attr("getter"), attr("setter"));
    if sig.is_none() && getter.is_none() && setter.is_none() {
        return Ok(None);
    }
    let ident = &function.sig.ident;
    let mut name = ident.to_string().trim_start_matches("r#").to_string();
    if setter.is_some() {
        name = name.strip_prefix("set_").unwrap_or(&name).to_string();
    }
    if let Some(a) = attr("pyname") {
        name = a.parse_args::<LitStr>()?.value();
    }
    let doc = doc_text(&function.attrs);
    let text = match (sig, getter, setter) {
        (Some(a), _, _) => a.parse_args::<LitStr>()?.value(),
        (_, Some(_), _) => "()".into(),
        _ => "(value, /)".into(),
    };
    let params = signature::parse(&text).map_err(|e| syn::Error::new(function.sig.span(), e))?;
    let inputs: Vec<(String, &Type)> = function
        .sig
        .inputs
        .iter()
        .filter_map(|arg| match arg {
            FnArg::Typed(t) => match &*t.pat {
                Pat::Ident(p) => Some((p.ident.to_string().trim_start_matches('_').to_string(), &*t.ty)),
                _ => Some((String::new(), &*t.ty)),
            },
            FnArg::Receiver(_) => None,
        })
        .collect();
    let first = inputs.first().map_or("", |(n, _)| n.as_str());
    let has_this = first == "this" || first == "cls";
    let rest = &inputs[usize::from(has_this) + usize::from(inputs.iter().any(|(n, _)| n == "vm"))..];
    if rest.len() != params.len() {
        let message = format!("signature {text} has {} parameters, the function {}", params.len(), rest.len());
        return Err(syn::Error::new(function.sig.span(), message));
    }
    let kind = if getter.is_some() {
        quote!(Getter)
    } else if setter.is_some() {
        quote!(Setter)
    } else if name == "__new__" {
        quote!(New)
    } else if attr("classmethod").is_some() || first == "cls" {
        quote!(ClassMethod)
    } else if attr("staticmethod").is_some() || first != "this" {
        quote!(StaticMethod)
    } else if attr("slot").is_some() || (is_slot(&name)) {
        quote!(Slot)
    } else {
        quote!(Method)
    };
    let count = params.len();
    let positional = params.iter().all(|p| matches!(p.kind, Kind::PositionalOnly | Kind::Standard));
    let skip = usize::from(has_this);
    let conversions =
        params.iter().zip(rest).enumerate().map(|(i, (p, (_, ty)))| conversion(i, skip, positional, p, ty));
    let values: Vec<_> = (0..count).map(|i| format_ident!("arg{i}")).collect();
    let table = params.iter().map(|p| {
        let (n, k, required) = (&p.name, format_ident!("{}", p.kind.name()), p.default.is_none());
        quote!(::krait_vm::args::ParamDef { name: #n, kind: ::krait_vm::args::ParamKind::#k, required: #required })
    });
    let least = skip + params.iter().rposition(|p| p.default.is_none()).map_or(0, |i| i + 1);
    let most = skip + count;
    let receiver = if has_this {
        let ty = &inputs[0].1;
        quote!(Some(<#ty as ::krait_vm::args::FromThis>::WANTED))
    } else {
        quote!(None)
    };
    let this_type = has_this.then(|| inputs[0].1);
    let fits = if least == most { quote!(all.len() == #most) } else { quote!(matches!(all.len(), #least..=#most)) };
    let self_pass = if has_this { quote!(this,) } else { quote!() };
    // A name of its own, for profiles and for the order of the executable.
    let shim = format_ident!("shim_{}", name.trim_matches('_'));
    let inlined = match attr("inlined") {
        Some(a) => {
            let which = a.parse_args::<syn::Ident>()?;
            quote!(Some(::krait_vm::args::Inlined::#which))
        }
        None => quote!(None),
    };
    let about = about_text(&format!("{text}\n{doc}"));
    let inline = if hot { quote!() } else { quote!(#[inline]) };
    let call = quote! {
        #(#conversions)*
        let result = <#self_ty>::#ident(#self_pass vm, #(#values),*);
        return match result {
            Ok(value) => ::krait_vm::args::IntoValue::into_value(value, vm),
            Err(raised) => Err(raised),
        };
    };
    let body = match (positional, this_type) {
        (true, Some(ty)) => quote! {
            if names.is_empty() && #fits && let Some(this) = <#ty as ::krait_vm::args::FromThis>::from_this(vm, &all[0]) { #call }
            SIGNATURE.call_sorted(vm, all, names, #shim)
        },
        (true, None) => quote! {
            if names.is_empty() && #fits { #call }
            SIGNATURE.call_sorted(vm, all, names, #shim)
        },
        (false, _) => {
            let this = this_type.map(|ty| {
                quote! {
                    let Some(this) = <#ty as ::krait_vm::args::FromThis>::from_this(vm, args.this()) else {
                        return Err(SIGNATURE.wrong_receiver(vm, args.this()));
                    };
                }
            });
            quote! {
                let args = ::krait_vm::args::Args::with_names(all, names);
                let mut slots = [const { None }; #count];
                #[allow(unused_variables, reason = "only star parameters use it")]
                let bound = SIGNATURE.bind(vm, args, &mut slots)?;
                #this
                #call
            }
        }
    };
    Ok(Some(quote! {
        ::krait_vm::args::MethodDef {
            name: #name,
            about: #about,
            kind: ::krait_vm::args::MethodKind::#kind,
            inlined: #inlined,
            entry: {
                #inline
                fn #shim(vm: &mut ::krait_vm::Vm, all: &[::krait_vm::Value], names: &[::krait_vm::Value]) -> ::krait_vm::Result<::krait_vm::Value> {
                    static SIGNATURE: ::krait_vm::args::Signature =
                        ::krait_vm::args::Signature { name: #name, params: &[#(#table),*], receiver: #receiver };
                    #body
                }
                #shim
            },
        }
    }))
}

/// How parameter `i` gets its value: by position from `all`, or from the slots where `bind` has put it.
fn conversion(i: usize, skip: usize, positional: bool, p: &Param, ty: &Type) -> Tokens {
    let name = format_ident!("arg{i}");
    match p.kind {
        Kind::VarArgs => return quote!(let #name = bound.rest();),
        Kind::VarKwargs => return quote!(let #name = bound.kwargs();),
        _ => {}
    }
    let at = skip + i;
    let optional = if positional { quote!(::krait_vm::args::given(all, #at)) } else { quote!(slots[#i]) };
    let required = if positional { quote!(&all[#at]) } else { quote!(::krait_vm::args::required(&slots, #i)) };
    let inner = option_inner(ty);
    let target = inner.unwrap_or(ty);
    let convert = quote!(<#target as ::krait_vm::args::FromArg<'_>>::from_arg(vm, value, &SIGNATURE, #i)?);
    match (&p.default, inner) {
        (None, None) => quote! { let #name = { let value = #required; #convert }; },
        (None, Some(_)) => quote! {
            let #name = { let value = #required; if value.is_none() { None } else { Some(#convert) } };
        },
        (Some(Default::None), Some(_)) => quote! {
            let #name = match #optional { Some(value) if !value.is_none() => Some(#convert), _ => None };
        },
        (Some(_), Some(_)) => quote! { let #name = match #optional { Some(value) => Some(#convert), None => None }; },
        (Some(default), None) => {
            let fallback = match default {
                Default::None => quote!(<#ty as ::krait_vm::args::ArgDefault>::none()),
                Default::Bool(b) => quote!(<#ty as ::core::convert::From<bool>>::from(#b)),
                Default::Int(n) => quote!(<#ty as ::krait_vm::args::ArgDefault>::int(#n)),
                Default::Other => quote!(<#ty as ::core::default::Default>::default()),
            };
            quote! { let #name = match #optional { Some(value) => #convert, None => #fallback }; }
        }
    }
}

fn option_inner(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    if last.ident != "Option" {
        return None;
    }
    match &last.arguments {
        syn::PathArguments::AngleBracketed(args) => match args.args.first()? {
            syn::GenericArgument::Type(inner) => Some(inner),
            _ => None,
        },
        _ => None,
    }
}

/// Dunder methods that CPython shows as slot wrappers; the other dunders are plain methods.
fn is_slot(name: &str) -> bool {
    const PLAIN: [&str; 24] = [
        "__reduce__", "__reduce_ex__", "__getnewargs__", "__getstate__", "__setstate__", "__sizeof__", "__format__",
        "__dir__", "__round__", "__trunc__", "__floor__", "__ceil__", "__reversed__", "__length_hint__", "__copy__",
        "__deepcopy__", "__complex__", "__bytes__", "__enter__", "__exit__", "__mro_entries__", "__class_getitem__",
        "__subclasses__", "__instancecheck__",
    ];
    name.starts_with("__") && name.ends_with("__") && name.len() > 4 && !PLAIN.contains(&name)
}

/// An `About`: for builtins that are declared by hand, from the signature and behind a line break the doc string.
#[proc_macro]
pub fn about(text: TokenStream) -> TokenStream {
    about_text(&syn::parse_macro_input!(text as LitStr).value()).into()
}

/// In WebAssembly the text goes into a section of its own, behind its key and its length, from which the build moves it
/// to the library's pack (`xtask/src/wasm.rs`). What asks for it later has the key.
fn about_text(text: &str) -> Tokens {
    let key = text.bytes().fold(0x811c_9dc5u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let entry = [&key.to_le_bytes()[..], &(text.len() as u32).to_le_bytes(), text.as_bytes()].concat();
    let (len, entry) = (entry.len(), syn::LitByteStr::new(&entry, proc_macro2::Span::call_site()));
    quote! {{
        #[cfg(target_arch = "wasm32")]
        #[allow(dead_code, unsafe_code, reason = "read by the build")]
        // SAFETY: the section is not part of the program.
        #[unsafe(link_section = "krait.about")]
        static ENTRY: [u8; #len] = *#entry;
        #[cfg(target_arch = "wasm32")]
        let about = ::krait_vm::args::About::kept_by_host(#key);
        #[cfg(not(target_arch = "wasm32"))]
        let about = ::krait_vm::args::About::new(#text);
        about
    }}
}

fn doc_text(attrs: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for a in attrs.iter().filter(|a| a.path().is_ident("doc")) {
        if let syn::Meta::NameValue(nv) = &a.meta
            && let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(s), .. }) = &nv.value
        {
            let s = s.value();
            lines.push(s.strip_prefix(' ').unwrap_or(&s).to_string());
        }
    }
    lines.join("\n").trim().to_string()
}

/// Implements `Payload` for a struct: every field that owns references is visited; `Option` and `Vec` fields are
/// emptied by `clear`. `#[traverse(id = LIST)]` gives the core type id, `#[traverse(skip)]` on a field leaves it out.
#[proc_macro_derive(Traverse, attributes(traverse))]
pub fn derive_traverse(item: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(item as syn::DeriveInput);
    let name = &input.ident;
    let mut id = quote!(0);
    for a in input.attrs.iter().filter(|a| a.path().is_ident("traverse")) {
        let parsed = a.parse_nested_meta(|meta| {
            if meta.path.is_ident("id") {
                let constant: syn::Ident = meta.value()?.parse()?;
                id = quote!(::krait_vm::types::id::#constant);
            }
            Ok(())
        });
        if let Err(e) = parsed {
            return e.to_compile_error().into();
        }
    }
    let mut visits = Vec::new();
    let mut clears = Vec::new();
    if let syn::Data::Struct(data) = &input.data {
        for (i, field) in data.fields.iter().enumerate() {
            let skip = field.attrs.iter().any(|a| a.path().is_ident("traverse"));
            if skip {
                continue;
            }
            let access = match &field.ident {
                Some(ident) => quote!(self.#ident),
                None => {
                    let index = syn::Index::from(i);
                    quote!(self.#index)
                }
            };
            visits.push(quote!(::krait_vm::args::Traverse::traverse(&#access, visit);));
            clears.push(quote!(::krait_vm::args::Traverse::clear(&mut #access, out);));
        }
    }
    quote! {
        #[allow(unsafe_code, reason = "derived: every field is visited")]
        // SAFETY: every field that owns references is visited once.
        unsafe impl ::krait_vm::Payload for #name {
            const FIXED_ID: u32 = #id;
            #[allow(unused_variables, reason = "payloads without references")]
            fn traverse(&self, visit: &mut dyn FnMut(&::krait_vm::Value)) { #(#visits)* }
            #[allow(unused_variables, reason = "payloads without references")]
            fn clear(&mut self, out: &mut Vec<::krait_vm::Value>) { #(#clears)* }
        }
    }
    .into()
}
