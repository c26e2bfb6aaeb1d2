//! What variables are called.

use super::operands::tight;
use crate::{
    ir::{Constant, Function, OpKind, Region, ValueId, Var, visit},
    maps::HashMap,
};

/// What each variable is called in a listing.
#[derive(Debug)]
pub struct Names {
    names: HashMap<Var, String>,
}

impl Names {
    /// Names for all variables of a function. A derivative keeps the ids of its primal, and so most names.
    pub fn of(function: &Function) -> Names {
        let mut names = Names { names: HashMap::default() };
        let mut order = Vec::new();
        for param in &function.params {
            order.extend(visit::shape_vars(&param.shape));
        }
        definitions(function, &function.body, &mut order);
        // Which names are taken more than once decides who gets a number.
        let mut count: HashMap<&str, usize> = HashMap::default();
        for var in &order {
            if let Some(name) = user_name(function, *var) {
                *count.entry(name).or_default() += 1;
            }
        }
        let mut seen: HashMap<&str, usize> = HashMap::default();
        let mut unnamed = 0;
        for var in order {
            let text = match user_name(function, var) {
                Some(name) if count[name] == 1 => name.to_owned(),
                Some(name) => {
                    let number = seen.entry(name).or_default();
                    *number += 1;
                    match *number {
                        1 => name.to_owned(),
                        n => format!("{name}.{}", n - 1),
                    }
                }
                None => {
                    unnamed += 1;
                    format!("%{unnamed}")
                }
            };
            names.names.entry(var).or_insert(text);
        }
        names.inline_constants(function, &function.body);
        names
    }

    fn inline_constants(&mut self, function: &Function, region: &Region) {
        visit::walk(region, &mut |op| {
            if let OpKind::Const { out, value } = &op.kind
                && is_inline(function, *out)
            {
                self.names.insert(Var::Value(*out), constant(value));
            }
        });
    }

    pub fn var(&self, var: Var) -> String {
        match (self.names.get(&var), var) {
            (Some(name), _) => name.clone(),
            // Not defined anywhere: a faulty function has to print too.
            (None, Var::Value(id)) => format!("?v{}", id.0),
            (None, Var::Memory(id)) => format!("?m{}", id.0),
        }
    }
}

fn user_name(function: &Function, var: Var) -> Option<&str> {
    match var {
        Var::Value(id) => function.values.get(id.index())?.name.as_deref(),
        Var::Memory(id) => function.memories.get(id.index())?.name.as_deref(),
    }
}

/// A constant that the user gave no name stands in its uses.
pub(super) fn is_inline(function: &Function, out: ValueId) -> bool {
    function.values.get(out.index()).is_some_and(|info| info.name.is_none())
}

/// Every variable defined in a region, in the order of the listing; without constants that are printed in place.
fn definitions(function: &Function, region: &Region, order: &mut Vec<Var>) {
    order.extend(region.params.iter().map(|value| Var::Value(*value)));
    for op in &region.ops {
        if matches!(op.kind, OpKind::Const { out, .. } if is_inline(function, out)) {
            continue;
        }
        order.extend(visit::region_entries(op));
        visit::regions(op).into_iter().for_each(|nested| definitions(function, nested, order));
        order.extend(visit::operands(op).defines);
    }
}

pub(super) fn constant(value: &Constant) -> String {
    match value {
        Constant::Float(_, Some(digits)) => digits.clone(),
        Constant::Float(value, None) => format!("{value:?}"),
        Constant::Int(value) => value.to_string(),
        Constant::Bool(value) => value.to_string(),
        Constant::None => "none".to_owned(),
        Constant::Tokens(tokens) => tight(&tokens.to_string()),
    }
}
