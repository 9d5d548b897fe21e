//! What is known of each run of text: the numbers that the choice is made from.

use super::{
    Hints,
    cues::{CUES, Cues},
    hash::{self, Map, Set},
    names::Names,
    outline::{Holder, NONE, Outline, Run, Tag, ends_sentence, reads_like_prose},
};

/// Meanings of names, and kinds of element, that the distance to is kept for.
const SIGNS: usize = 59;

/// Distance that stands for "nowhere above".
const FAR: u8 = 24;

/// One row of numbers for each run.
#[derive(Debug, Default)]
pub(super) struct Features {
    pub width: usize,
    pub values: Vec<f32>,
}

/// The page's strongest clusters of prose: each a holder.
struct Clusters {
    /// The parent of the most prose.
    dense: u32,
    /// `dense`, or the ancestor that gathers clearly more prose without much else.
    grown: u32,
    /// The lowest holder with most of the page's prose.
    wide: u32,
}

/// What is read off a run's own text.
struct Reading {
    words: u32,
    sentence_ends: u32,
    commas: u32,
    digits: u32,
    uppers: u32,
    ends: u8,
    starts: u8,
    marks: u8,
    cues: [u8; CUES],
    title: f32,
    description: f32,
    in_article_body: u8,
    copies_before: u8,
    capitals: u32,
    names_site: u8,
    hash: u64,
    prose: bool,
}

/// Sums over all elements of one shape (tag and class).
#[derive(Default, Clone, Copy)]
struct Shape {
    count: u32,
    letters: u32,
    link_letters: u32,
    prose: u32,
}

fn signs_of(holder: &Holder) -> u64 {
    (holder.own.0 & ((1 << 31) - 1)) | 1 << (31 + holder.tag as u64)
}

fn log(n: u32) -> f32 {
    ((n + 1) as f32).log2()
}

fn ratio(part: u32, whole: u32) -> f32 {
    if whole == 0 { 0.0 } else { part as f32 / whole as f32 }
}

impl Clusters {
    fn of(outline: &Outline) -> Self {
        let holders = &outline.holders;
        let total = holders.first().map_or(0, |h| h.prose);
        let mut dense = 0;
        for (i, h) in holders.iter().enumerate() {
            if h.near_prose > holders[dense].near_prose {
                dense = i;
            }
        }
        let mut grown = dense as u32;
        let mut at = grown;
        while let Some(h) = holders.get(at as usize) {
            let g = &holders[grown as usize];
            let gain = h.prose - g.prose;
            let cost = (h.letters - h.prose).saturating_sub(g.letters - g.prose);
            if gain > cost && gain * 20 > g.prose {
                grown = at;
            }
            at = h.parent;
        }
        let mut wide = 0;
        for (i, h) in holders.iter().enumerate() {
            if u64::from(h.prose) * 10 >= u64::from(total) * 7 && h.depth >= holders[wide].depth {
                wide = i;
            }
        }
        Self { dense: dense as u32, grown, wide: wide as u32 }
    }
}

/// Letters and digits of a text in lower case, nothing else.
fn squeeze(text: &str) -> String {
    let mut squeezed = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            if c.is_ascii_alphanumeric() {
                squeezed.push(c.to_ascii_lowercase());
            }
        } else if c.is_alphanumeric() {
            squeezed.extend(c.to_lowercase());
        }
    }
    squeezed
}

/// Hashes of the words of a text, in lower case.
fn words_of(text: &str) -> Vec<u64> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words
        .map(|word| match word.bytes().all(|b| b.is_ascii_lowercase()) {
            true => hash::of(word.as_bytes()),
            false => hash::of(word.to_lowercase().as_bytes()),
        })
        .collect()
}

struct Known {
    title: Vec<u64>,
    title_squeezed: String,
    description: String,
    /// Hashes of all stretches of [`STRETCH`] letters of the metadata's own body.
    article_body: Set<u64>,
    /// The site's name as its host spells it.
    site: String,
}

impl Known {
    fn of(hints: &Hints) -> Self {
        Self {
            title: words_of(cut(hints.title.unwrap_or_default(), 1_000)),
            title_squeezed: squeeze(cut(hints.title.unwrap_or_default(), 1_000)),
            description: squeeze(cut(hints.description.unwrap_or_default(), 2_000)),
            article_body: stretches(&squeeze(cut(hints.article_body.unwrap_or_default(), ARTICLE_BODY_BYTES_MAX))),
            site: hints.page_url.and_then(site_of).unwrap_or_default(),
        }
    }
}

/// Most bytes of the metadata's own body that are looked at.
const ARTICLE_BODY_BYTES_MAX: usize = 400_000;

/// Bytes of squeezed text that are compared at a time.
const STRETCH: usize = 32;

/// Hashes of all stretches of a squeezed text.
fn stretches(squeezed: &str) -> Set<u64> {
    squeezed.as_bytes().windows(STRETCH).map(hash::of).collect()
}

/// The longest label of an address's host, less the last: `example` of `https://news.example.org/a`.
fn site_of(url: &str) -> Option<String> {
    let host = url.split("//").nth(1)?.split(['/', '?', '#', ':']).next()?;
    let mut labels: Vec<_> = host.split('.').collect();
    labels.pop();
    labels.into_iter().max_by_key(|label| label.len()).filter(|label| label.len() >= 4).map(squeeze)
}

/// The longest start of a text that has at most so many bytes.
fn cut(text: &str, bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(bytes_max)]
}

fn head(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).map_or(text, |(i, _)| &text[..i])
}

fn tail(text: &str, chars: usize) -> &str {
    text.char_indices().nth_back(chars - 1).map_or(text, |(i, _)| &text[i..])
}

fn read(text: &str, run: &Run, known: &Known, seen: &mut Map<u64, u8>) -> Reading {
    let mut r = Reading {
        words: 1,
        sentence_ends: 0,
        commas: 0,
        digits: 0,
        uppers: 0,
        ends: 0,
        starts: 0,
        marks: 0,
        cues: [0; CUES],
        title: 0.0,
        description: 0.0,
        in_article_body: 0,
        copies_before: 0,
        capitals: 0,
        names_site: 0,
        hash: 0,
        prose: reads_like_prose(run, text),
    };
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut word_start = true;
    for c in text.chars() {
        if word_start && c.is_uppercase() {
            r.capitals += 1;
        }
        word_start = c == ' ';
        hash = (hash ^ c as u64).wrapping_mul(0x0100_0000_01b3);
        match c {
            ' ' => r.words += 1,
            ',' | '、' | '،' => r.commas += 1,
            '0'..='9' => r.digits += 1,
            '@' => r.marks |= 1,
            '|' | '»' | '›' | '→' | '·' | '•' | '>' => r.marks |= 2,
            '©' | '®' => r.marks |= 4,
            '#' => r.marks |= 8,
            '/' => r.marks |= 16,
            '(' | '[' => r.marks |= 32,
            c if c.is_ascii_uppercase() || (!c.is_ascii() && c.is_uppercase()) => r.uppers += 1,
            c if ends_sentence(c) => r.sentence_ends += 1,
            _ => {}
        }
    }
    let last = text.chars().next_back().unwrap_or(' ');
    r.ends = match last {
        '.' | '。' | '।' | '!' | '?' => 1,
        ':' => 2,
        '…' => 3,
        ']' if text.ends_with("…]") || text.ends_with("...]") => 4,
        '"' | '”' | '“' | '»' | '«' | '’' | '\'' | ')' | '」' => 5,
        ',' | ';' => 6,
        c if c.is_numeric() => 7,
        _ => 0,
    };
    if text.ends_with("...") {
        r.ends = 3;
    }
    let first = text.chars().next().unwrap_or(' ');
    r.starts = match first {
        c if c.is_lowercase() => 1,
        c if c.is_numeric() => 2,
        '"' | '“' | '„' | '«' | '»' | '\'' | '‘' => 3,
        '-' | '–' | '—' | '•' | '*' | '+' | '>' => 4,
        '(' | '[' => 5,
        c if c.is_alphabetic() => 0,
        _ => 6,
    };
    Cues::count(text, &mut r.cues);
    let squeezed = if run.letters < 400 { squeeze(text) } else { squeeze(head(text, 200)) };
    r.title = title_likeness(&squeezed, text, run, known);
    r.description = if squeezed.len() >= 20 && known.description.len() >= 20 {
        let (a, b) = (head(&squeezed, 30), head(&known.description, 30));
        f32::from(u8::from(known.description.contains(a))) + f32::from(u8::from(squeezed.contains(b)))
    } else {
        0.0
    };
    if known.article_body.len() > 200 && squeezed.len() >= STRETCH {
        let end = if run.letters < 400 { squeezed.clone() } else { squeeze(tail(text, 100)) };
        let (first, last) = (&squeezed.as_bytes()[..STRETCH], &end.as_bytes()[end.len().saturating_sub(STRETCH)..]);
        let known = |bytes| u8::from(known.article_body.contains(&hash::of(bytes)));
        r.in_article_body = 1 + known(first) + known(last);
    }
    r.names_site = u8::from(!known.site.is_empty() && squeezed.contains(&known.site));
    r.hash = hash;
    let count = seen.entry(hash).or_default();
    r.copies_before = *count;
    *count = count.saturating_add(1);
    r
}

/// Share of the title's words in a short run, 0 to 1; 2 if the two are the same.
fn title_likeness(squeezed: &str, text: &str, run: &Run, known: &Known) -> f32 {
    if known.title.is_empty() || run.letters > 300 {
        return 0.0;
    }
    if squeezed == known.title_squeezed {
        return 2.0;
    }
    let words = words_of(text);
    let shared = known.title.iter().filter(|w| words.contains(w)).count();
    shared as f32 / known.title.len().max(words.len()) as f32
}

impl Features {
    pub(crate) fn of(outline: &Outline, hints: &Hints) -> Self {
        let known = Known::of(hints);
        let clusters = Clusters::of(outline);
        let holders = &outline.holders;
        let dist = distances(outline);
        let depth_to = common_depths(outline, clusters.dense);
        let mut shapes: Map<u32, Shape> = Map::default();
        let mut sibling_shapes: Map<(u32, u32), u32> = Map::default();
        for h in holders {
            let s = shapes.entry(h.shape).or_default();
            s.count += 1;
            s.letters += h.letters;
            s.link_letters += h.link_letters;
            s.prose += h.prose;
            *sibling_shapes.entry((h.parent, h.shape)).or_default() += 1;
        }
        let mut seen = Map::default();
        let readings: Vec<Reading> =
            outline.runs.iter().map(|run| read(outline.text(run), run, &known, &mut seen)).collect();
        let total_letters = holders.first().map_or(0, |h| h.letters);
        let total_prose = holders.first().map_or(0, |h| h.prose);
        let title_at = readings
            .iter()
            .enumerate()
            .filter(|(i, r)| r.title >= 0.6 && is_heading(outline, &outline.runs[*i]))
            .map(|(i, _)| i)
            .next()
            .or_else(|| readings.iter().position(|r| r.title >= 0.8));
        let dense = &holders[clusters.dense as usize];
        let mut out = Features::default();
        let mut letters_before = 0;
        let mut last_heading: Option<usize> = None;
        let (mut prose_before, mut dense_before, mut page_prose_after_end) = (0, 0, 0);
        let mut ends_seen = [0u8; 3];
        for (i, run) in outline.runs.iter().enumerate() {
            let r = &readings[i];
            let h = &holders[run.holder as usize];
            let v = &mut out.values;
            let start = v.len();
            // The run itself.
            v.extend([
                log(run.letters),
                log(r.words),
                ratio(run.link_letters, run.letters),
                ratio(run.strong_letters, run.letters),
                run.links as f32,
                f32::from(r.ends),
                f32::from(r.starts),
                r.sentence_ends as f32,
                ratio(r.commas, r.words),
                ratio(r.digits, run.letters),
                ratio(r.uppers, run.letters),
                ratio(run.letters, r.words),
                f32::from(r.marks),
                f32::from(u8::from(run.after_break)),
                f32::from(u8::from(r.prose)),
                r.title,
                r.description,
                f32::from(r.in_article_body),
                f32::from(r.copies_before),
                f32::from(seen[&r.hash] - 1 - r.copies_before.min(seen[&r.hash] - 1)),
                f32::from(r.names_site),
                ratio(r.capitals, r.words),
                run.pictures.min(5) as f32,
                f32::from(u8::from(h.own.0 == 0)),
                ratio(prose_before, total_prose),
                ratio(total_prose - prose_before, total_prose),
                ratio(dense_before, dense.prose),
                f32::from(ends_seen[0].min(20)),
                f32::from(ends_seen[1].min(20)),
                f32::from(ends_seen[2].min(20)),
                log(page_prose_after_end),
            ]);
            for c in r.cues {
                v.push(f32::from(c));
            }
            // Signs above it.
            let d = &dist[run.holder as usize * SIGNS..][..SIGNS];
            for (sign, &x) in d.iter().enumerate() {
                let x = if sign < 31 && run.inline_names.0 >> sign & 1 == 1 { 0 } else { x };
                v.push(f32::from(x));
            }
            // Whether the nearest sign of a kind is inside the dense cluster's common ancestor.
            let up = u32::from(h.depth) - depth_to[run.holder as usize];
            let over = u32::from(dense.depth) - depth_to[run.holder as usize];
            let mut inside = 0u64;
            for (sign, &x) in d.iter().enumerate() {
                if u32::from(x) < up {
                    inside |= 1 << sign;
                }
            }
            for group in [
                Names::NAV.0 | Names::FOOTER.0 | Names::SIDE.0 | Names::COMMENT.0,
                Names::SHARE.0 | Names::RELATED.0 | Names::CARD.0 | Names::AD.0 | Names::SIGNUP.0,
                Names::AUTHOR.0 | Names::META.0 | Names::TAGS.0,
                Names::CAPTION.0,
                Names::NOTICE.0 | Names::PAYWALL.0 | Names::SHOP.0 | Names::USER.0,
                Names::BODY.0 | Names::CONTENT.0,
            ] {
                v.push((inside & group).count_ones() as f32);
            }
            v.extend([
                h.depth as f32,
                up as f32,
                over as f32,
                f32::from(u8::from(inside_of(outline, run, clusters.grown))),
                f32::from(u8::from(inside_of(outline, run, clusters.wide))),
            ]);
            // Its holders.
            let mut at = run.holder;
            for level in 0..4 {
                match holders.get(at as usize) {
                    Some(h) => {
                        v.extend([
                            log(h.letters),
                            ratio(h.link_letters, h.letters),
                            ratio(h.prose, total_prose),
                            ratio(h.prose, h.letters),
                            log(h.end_run - h.first_run),
                            log(h.children),
                            log(h.pictures),
                        ]);
                        if level < 3 {
                            v.push(log(sibling_shapes[&(h.parent, h.shape)]));
                            v.push(log(h.place));
                        }
                        at = h.parent;
                    }
                    None => v.extend(std::iter::repeat_n(-1.0, if level < 3 { 9 } else { 7 })),
                }
            }
            let s = shapes[&h.shape];
            v.extend([
                log(s.count),
                ratio(s.prose, total_prose),
                ratio(s.link_letters, s.letters),
                ratio(s.prose, s.letters),
                h.tag as u8 as f32,
            ]);
            let parent_shape = holders.get(h.parent as usize).map(|p| shapes[&p.shape]).unwrap_or_default();
            v.extend([
                log(parent_shape.count),
                ratio(parent_shape.prose, total_prose),
                ratio(parent_shape.link_letters, parent_shape.letters),
            ]);
            // Its place.
            v.extend([
                ratio(i as u32, outline.runs.len() as u32),
                ratio(letters_before, total_letters),
                log(letters_before),
                i as f32 - dense.first_run as f32,
                dense.end_run as f32 - i as f32,
                ratio(dense.prose, total_prose),
                title_at.map_or(-500.0, |t| i as f32 - t as f32),
                log(total_prose),
                outline.runs.len() as f32,
                last_heading.map_or(99.0, |t| i as f32 - t as f32),
            ]);
            match last_heading {
                Some(t) if i - t < 40 => {
                    let hr = &readings[t];
                    v.extend([
                        f32::from(hr.cues[0]),
                        f32::from(hr.cues[1]),
                        f32::from(hr.cues[3]),
                        f32::from(hr.cues[6] + hr.cues[11]),
                        log(outline.runs[t].letters),
                        ratio(outline.runs[t].link_letters, outline.runs[t].letters),
                    ]);
                }
                _ => v.extend([-1.0; 6]),
            }
            // Its neighbours.
            for step in [-3i64, -2, -1, 1, 2, 3] {
                let j = i as i64 + step;
                match usize::try_from(j).ok().and_then(|j| outline.runs.get(j).map(|run| (j, run))) {
                    Some((j, other)) => {
                        let o = &readings[j];
                        let oh = &holders[other.holder as usize];
                        v.extend([
                            log(other.letters),
                            ratio(other.link_letters, other.letters),
                            f32::from(o.ends),
                            oh.tag as u8 as f32,
                            f32::from(u8::from(other.holder == run.holder))
                                + f32::from(u8::from(oh.parent == h.parent)),
                            oh.depth as f32 - h.depth as f32,
                        ]);
                        if step.abs() == 1 {
                            v.push(f32::from(u8::from(oh.shape == h.shape)));
                            v.push(o.title);
                            v.push(f32::from(o.in_article_body));
                            v.push(f32::from(o.cues[0]));
                            v.push(f32::from(o.cues[1] + o.cues[2]));
                        }
                    }
                    None => v.extend(std::iter::repeat_n(-1.0, if step.abs() == 1 { 11 } else { 6 })),
                }
            }
            out.width = v.len() - start;
            letters_before += run.letters;
            if r.prose {
                prose_before += run.letters;
                if inside_of(outline, run, clusters.dense) {
                    dense_before += run.letters;
                }
                page_prose_after_end += run.letters;
            }
            if dense_before * 2 > dense.prose {
                let signs = [
                    Names::COMMENT.0 | Names::FOOTER.0 | Names::TAGS.0 | Names::AUTHOR.0,
                    Names::SHARE.0 | Names::SIGNUP.0 | Names::RELATED.0 | Names::CARD.0,
                    0,
                ];
                for (k, group) in signs.iter().enumerate() {
                    if (0..31).any(|sign| group >> sign & 1 == 1 && u32::from(d[sign]) < up.min(4)) {
                        ends_seen[k] = ends_seen[k].saturating_add(1);
                        page_prose_after_end = 0;
                    }
                }
                let heading = is_heading(outline, run) || run.letters < 60;
                if heading && r.cues[0] + r.cues[1] + r.cues[2] + r.cues[3] + r.cues[9] > 0 && run.letters < 120 {
                    ends_seen[2] = ends_seen[2].saturating_add(1);
                    page_prose_after_end = 0;
                }
            }
            if is_heading(outline, run) {
                last_heading = Some(i);
            }
        }
        out
    }

    /// Number of rows: one for each run.
    pub(crate) fn rows(&self) -> usize {
        self.values.len() / self.width.max(1)
    }

    pub(crate) fn row(&self, run: usize) -> &[f32] {
        &self.values[run * self.width..(run + 1) * self.width]
    }
}

fn is_heading(outline: &Outline, run: &Run) -> bool {
    outline.holders_above(run.holder).take(2).any(|h| matches!(h.tag, Tag::Heading1 | Tag::Heading2 | Tag::Heading3))
}

fn inside_of(outline: &Outline, run: &Run, holder: u32) -> bool {
    let Some(h) = outline.holders.get(holder as usize) else { return false };
    let i = run.start;
    let first = outline.runs.get(h.first_run as usize).map_or(u32::MAX, |r| r.start);
    let end = outline.runs.get((h.end_run as usize).wrapping_sub(1)).map_or(0, |r| r.end);
    first <= i && i < end
}

/// For each holder and sign, how many levels up the nearest one is.
fn distances(outline: &Outline) -> Vec<u8> {
    let mut dist = vec![FAR; outline.holders.len() * SIGNS];
    for (i, h) in outline.holders.iter().enumerate() {
        let at = i * SIGNS;
        if h.parent != NONE {
            let from = h.parent as usize * SIGNS;
            for s in 0..SIGNS {
                dist[at + s] = (dist[from + s] + 1).min(FAR);
            }
        }
        let signs = signs_of(h);
        for s in 0..SIGNS {
            if signs >> s & 1 == 1 {
                dist[at + s] = 0;
            }
        }
    }
    dist
}

/// For each holder, the depth of the ancestor that it shares with `with`.
fn common_depths(outline: &Outline, with: u32) -> Vec<u32> {
    let mut common = vec![0; outline.holders.len()];
    let mut path = vec![false; outline.holders.len()];
    let mut at = with;
    while let Some(h) = outline.holders.get(at as usize) {
        path[at as usize] = true;
        at = h.parent;
    }
    for (i, h) in outline.holders.iter().enumerate() {
        common[i] = if path[i] { u32::from(h.depth) } else { common.get(h.parent as usize).copied().unwrap_or(0) };
    }
    common
}
