//! Jobs side by side, as many as memory allows.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

/// Does every job, at most two at once and of the heavy ones one; results are in the order of the jobs.
pub(super) fn run<J: Sync, R: Send>(
    jobs: &[J],
    is_heavy: impl Fn(&J) -> bool,
    work: impl Fn(&J) -> R + Sync,
) -> Vec<R> {
    let (heavy, light) = jobs.iter().enumerate().partition(|(_, job)| is_heavy(job));
    let (heavy, light) = (Queue(Mutex::new(heavy)), Queue(Mutex::new(light)));
    let done = Mutex::new(Vec::with_capacity(jobs.len()));
    let perform = |(index, job): (usize, &J)| {
        let result = work(job);
        done.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
    };
    std::thread::scope(|scope| {
        scope.spawn(|| std::iter::from_fn(|| heavy.take().or_else(|| light.take())).for_each(perform));
        scope.spawn(|| std::iter::from_fn(|| light.take()).for_each(perform));
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

struct Queue<T>(Mutex<VecDeque<T>>);

impl<T> Queue<T> {
    fn take(&self) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn results_keep_the_order_of_the_jobs_and_heavy_ones_are_alone() {
        let jobs: Vec<usize> = (0..60).collect();
        let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let is_heavy = |job: &usize| job.is_multiple_of(3);
        let results = super::run(&jobs, is_heavy, |job| {
            if is_heavy(job) {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::yield_now();
                running.fetch_sub(1, Ordering::SeqCst);
            }
            job * 2
        });
        assert_eq!(results, jobs.iter().map(|job| job * 2).collect::<Vec<_>>());
        assert_eq!(most.into_inner(), 1);
    }
}
