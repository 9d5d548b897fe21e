//! Clocks, and figures from many times.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// Processor time that this process has used, over all its threads.
pub fn process_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The fastest times of each of many questions that are asked in rounds.
#[derive(Debug, Clone)]
pub struct Fastest(Vec<Duration>);

impl Fastest {
    /// For so many questions, none of them asked yet.
    pub fn new(questions: usize) -> Self {
        Self(vec![Duration::MAX; questions])
    }

    /// Asks one, keeps its time if it is the fastest so far, and gives its answer.
    pub fn ask<T>(&mut self, question: usize, ask: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let answer = std::hint::black_box(ask());
        self.keep(question, start.elapsed());
        answer
    }

    /// Keeps a time if it is the fastest so far.
    pub fn keep(&mut self, question: usize, time: Duration) {
        self.0[question] = time.min(self.0[question]);
    }

    /// Figures over some of the questions.
    pub fn spread(&self, chosen: impl Fn(usize) -> bool) -> Spread {
        let times = self.0.iter().enumerate().filter(|&(question, _)| chosen(question));
        Spread::of(&times.map(|(_, &time)| time).collect::<Vec<_>>())
    }
}

/// Figures over the times of many queries, in microseconds.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spread {
    /// Mean.
    pub mean: f64,
    /// Half of them take no longer.
    pub p50: f64,
    /// 99 of 100 take no longer.
    pub p99: f64,
}

impl Spread {
    /// From the times of queries.
    pub fn of(times: &[Duration]) -> Self {
        let mut micros: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * 1e6).collect();
        micros.sort_by(f64::total_cmp);
        let Some(last) = micros.len().checked_sub(1) else { return Self::default() };
        let at = |share: f64| micros[(last as f64 * share).round() as usize];
        Self { mean: micros.iter().sum::<f64>() / micros.len() as f64, p50: at(0.5), p99: at(0.99) }
    }
}
