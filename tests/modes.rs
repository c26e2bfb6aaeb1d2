//! Jacobians and second derivatives of the fixtures: the modes against each other, and against differences of gradients.

autodiff_tests::mode_tests! {
    aliasing_slices
    arguments_of_unknown_type
    arm_kinematics
    array_and_vector_results
    array_assigned_whole
    array_by_reference
    array_by_value
    array_lengths
    array_literals
    array_patterns
    arrays_copied_and_moved_on
    arrays_of_tuples
    asserts
    associated_constants
    attribute_forms
    binary_search
    bit_operations
    blocks_as_expressions
    boolean_computation
    boxes
    box_parameters
    branch_in_loop
    branches_that_jump_differently
    break_from_for
    break_labelled
    buffers_reused_across_calls
    bundle_adjustment
    calls_by_path
    calls_in_conditions
    calls_in_loops
    calls_of_constant_functions
    calls_returning_tuples
    calls_returning_vectors
    calls_with_arrays
    calls_with_buffers
    calls_with_early_returns
    calls_with_parts_of_one_array
    calls_with_scalars
    calls_with_slices
    casts_from_integers
    chosen_by_branches
    clone_and_to_vec
    closures
    comparison_operators
    conditions_with_effects
    const_generics
    constant_exponents
    constant_patterns
    consts_and_statics
    continue_labelled
    continue_plain
    copy_from_slice
    counted_fields
    data_dependent_trip_count
    deferred_initialisation
    destructuring_assignment
    early_return
    early_return_from_nested_loops
    early_return_in_loop
    elements_overwritten
    elements_swapped
    enums
    errors_told_apart
    evaluation_order
    fill
    for_inclusive_range
    for_range
    for_reversed_range
    for_step_by
    for_step_by_reversed
    for_without_name
    found_by_random_programs
    functions_as_values
    functions_of_functions
    gather
    gaussian_mixture
    generic_calls
    generic_casts
    generic_floats
    generic_number_traits
    generic_real_fields
    generic_structs
    hidden_markov
    if_expression
    if_statement
    if_with_untaken_singularity
    imported_variants
    in_out_buffer
    in_out_early_return
    in_out_scalar
    in_out_with_result
    inactive_parts
    index_arithmetic
    index_arrays_overwritten
    inner_functions_differentiated
    inner_loop_sometimes_empty
    integer_methods
    integer_state_in_loops
    integers_for_callees
    iterator_adaptors
    iterator_chains
    iterator_consumers
    iterators_collected
    iterators_of_others
    iterators_that_end_early
    iterators_that_fail
    iterators_that_write
    kalman_filter
    labelled_block
    let_with_types
    local_function
    loop_bounds_computed
    loop_break_value
    loop_carries_many_scalars
    loop_in_branch
    loop_only_adds
    macro_generated
    match_bool
    match_integer
    match_ranges
    match_tuples_with_guards
    match_with_bindings
    mem_swap_and_replace
    method_chains
    methods
    methods_named_like_rules
    methods_of_traits
    moved_into_calls
    mutable_scalars
    mutable_slice_ranges
    mutual_recursion
    n_body
    names_of_rules_and_types
    names_that_look_generated
    nested_arrays
    nested_ifs
    nested_loops_overwrite
    nested_whiles
    neural_ode
    numeric_literals
    operators
    operators_of_structs
    option_parameters
    optional_references
    option_tree
    options
    options_and_boxes_in_structs
    options_of_structs_in_loops
    options_passed_on
    options_returned
    own_conversions
    own_indices
    own_sums
    parameter_patterns
    parts_of_points
    passed_through
    perceptron
    printing
    product_with_zeros
    questions_about_numbers
    raw_identifiers
    recurrences
    recursion
    recursion_on_slices
    recursive_types
    references
    results_with_integers
    rows_and_elements
    rows_chosen
    rows_copied_onto_themselves
    rules_by_formula
    rules_that_are_zero
    scatter
    scratch_array_reused
    searches
    shadowing
    single_precision
    slice_argument
    slice_of_arrays
    slice_of_tuples
    slice_of_vecs
    slice_ranges
    sorts
    split_at
    split_at_mut
    straight_line
    structs
    structs_as_state
    text_patterns
    triangular_loops
    tuple_parameters
    tuples
    tuples_with_integers
    type_aliases
    types_from_declarations
    vec_made_inside
    vec_of_vecs_inside
    vec_parameters
    vectors_that_grow
    vectors_that_lose_elements
    view_whose_index_moves_on
    views_chosen_by_branch
    visibility_and_lifetimes
    while_convergence
    while_counter
    while_moving_indices
    while_with_joint_condition
    windows_of_steps
    wrt_option
    zero_trip_loops
}

/// What does not run in every mode, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    (
        "camera_residuals",
        "is on a branch whose second derivative is another than that of the one around it",
    ),
    ("casts_between_floats", "rounds to `f32` on the way, so that differences see steps"),
    ("derivative_given_in_the_body", "the slope that it gives calls a function without derivative"),
    ("nalgebra_solvers", "the methods and operators of the crate have no second derivatives"),
    ("nalgebra_vectors", "the same"),
    ("ndarray_arrays", "the same"),
    ("rules_by_sweeps", "a pair of sweeps by hand has no second derivative"),
    ("rules_of_roots", "neither has a root"),
    ("computed_again_in_rows", "not tried yet"),
    ("counts_and_names_of_callees", "not tried yet"),
    ("items_written_one_by_one", "not tried yet"),
    ("memory_out_of_loops", "not tried yet"),
];

/// A fixture that nobody listed would never run.
#[test]
fn every_fixture_is_listed() {
    let mut listed: Vec<&str> = LISTED.to_vec();
    listed.extend(LEFT_OUT.iter().map(|(name, _)| *name));
    listed.sort_unstable();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/programs");
    let mut found: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path().file_stem().unwrap().display().to_string())
        .collect();
    found.sort_unstable();
    assert_eq!(found, listed);
}
