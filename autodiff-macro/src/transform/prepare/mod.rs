//! What is done to the primal before it is reversed: rewrites that leave its values as they are, bit for bit, and make its
//! reverse sweep shorter.

mod numbering;
mod recurrences;
mod states;

use std::borrow::Cow;

use crate::analysis::activity::{self, Activity};
use crate::ir::Function;
use crate::options::Settings;
use crate::transform::cleanup;

/// The function to reverse, and its activity.
pub fn prepare<'a>(
    primal: &'a Function,
    activity: &'a Activity,
    settings: &Settings,
) -> (Cow<'a, Function>, Cow<'a, Activity>) {
    let mut prepared = (Cow::Borrowed(primal), Cow::Borrowed(activity));
    if settings.rows
        && let Some(function) = states::states(primal)
    {
        let activity = activity::analyse(&function, settings);
        prepared = (Cow::Owned(function), Cow::Owned(activity));
    }
    if settings.numbering
        && let Some(function) = numbering::numbering(&prepared.0)
    {
        let activity = activity::analyse(&function, settings);
        prepared = (Cow::Owned(function), Cow::Owned(activity));
    }
    if settings.recurrences
        && let Some(mut function) = recurrences::recurrences(&prepared.0, &prepared.1)
    {
        if settings.cleanup {
            cleanup::cleanup_fused(&mut function, primal);
        }
        let activity = activity::analyse(&function, settings);
        prepared = (Cow::Owned(function), Cow::Owned(activity));
    }
    prepared
}
