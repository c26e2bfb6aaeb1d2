// Branches in branches, each assigning a part of the state.

#[grad(jvp)]
pub fn tax(income: f64, deduction: f64) -> f64 {
    let mut owed = 0.0;
    let taxable = income - deduction * deduction;
    if taxable > 1.0 {
        owed = 0.125 * (taxable - 1.0);
        if taxable > 2.0 {
            owed += 0.25 * (taxable - 2.0) * taxable;
            if taxable > 4.0 {
                owed += 0.0625 * (taxable - 4.0) * owed;
            }
        } else {
            owed *= taxable;
        }
    } else {
        if income > 0.5 {
            owed = 0.015_625 * income * income;
        }
    }
    owed * (1.0 + deduction)
}

pub fn cases(c: &mut Checker) {
    for income in [0.25, 0.75, 1.75, 3.5, 6.25] {
        check!(c, tax(income, 0.5) -> f64);
    }
}
