//! What is behind a cell, read and changed without a panic. Nobody is called while it is borrowed, so that nobody finds it so; who
//! did would read nothing and change nothing.

use std::cell::RefCell;

/// Reads what is there.
pub fn read<T, R: Default>(cell: &RefCell<T>, ask: impl FnOnce(&T) -> R) -> R {
    cell.try_borrow().map(|value| ask(&value)).unwrap_or_default()
}

/// Changes what is there.
pub fn change<T, R: Default>(cell: &RefCell<T>, change: impl FnOnce(&mut T) -> R) -> R {
    cell.try_borrow_mut().map(|mut value| change(&mut value)).unwrap_or_default()
}

/// Puts something else there; answers with what was there.
pub fn put<T: Default>(cell: &RefCell<T>, value: T) -> T {
    change(cell, |place| std::mem::replace(place, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_is_borrowed_answers_with_nothing_and_stays() {
        let cell = RefCell::new(vec![1]);
        change(&cell, |numbers| numbers.push(2));
        {
            let _held = cell.borrow_mut();
            assert_eq!(read(&cell, Vec::len), 0);
            assert_eq!(change(&cell, |numbers| numbers.pop()), None);
            assert!(put(&cell, vec![7]).is_empty());
        }
        assert_eq!(put(&cell, vec![3]), [1, 2]);
        assert_eq!(change(&cell, |numbers| numbers.pop()), Some(3));
    }
}
