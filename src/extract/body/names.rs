//! What the class, id and role of an element say about it, by generic words that page builders share.

use std::{
    ops::{BitAnd, BitOr, BitOrAssign},
    sync::LazyLock,
};

use html5ever::{Attribute, LocalName, local_name};

use super::hash::{self, Map};
use crate::extract::dom::{Dom, NodeId};

/// Longest class or id that is read; what comes after is ignored.
const NAME_BYTES_MAX: usize = 400;

/// A set of meanings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Names(pub u64);

impl Names {
    pub(crate) const fn any(self, of: Names) -> bool {
        self.0 & of.0 != 0
    }
}

impl Names {
    /// A box that offers a newsletter: surer than [`Names::SIGNUP`], of which it is a part.
    pub(crate) const NEWSLETTER: Names = Names(1 << 62);

    /// Not shown by a browser: surer than [`Names::HIDDEN`], of which it is a part.
    pub(crate) const UNSEEN: Names = Names(1 << 61);
}

impl BitOr for Names {
    type Output = Names;
    fn bitor(self, other: Names) -> Names {
        Names(self.0 | other.0)
    }
}

impl BitOrAssign for Names {
    fn bitor_assign(&mut self, other: Names) {
        self.0 |= other.0;
    }
}

impl BitAnd for Names {
    type Output = Names;
    fn bitand(self, other: Names) -> Names {
        Names(self.0 & other.0)
    }
}

macro_rules! meanings {
    ($($name:ident = $bit:expr => $($word:literal)*;)*) => {
        impl Names {
            $(pub(crate) const $name: Names = Names(1 << $bit);)*
        }

        /// Meanings of words.
        static WORDS: LazyLock<Map<&str, Names>> = LazyLock::new(|| {
            let mut words = Map::default();
            $($(words.entry($word).or_insert(Names::$name);)*)*
            for word in ["newsletter", "newsletters"] {
                words.insert(word, Names::SIGNUP | Names::NEWSLETTER);
            }
            words
        });
    };
}

meanings! {
    NAV = 0 => "nav" "navigation" "navbar" "menu" "submenu" "breadcrumb" "breadcrumbs" "sitemap" "toolbar" "pager"
        "pagination" "offcanvas" "dropdown" "hamburger" "crumb" "crumbs";
    HEADER = 1 => "header" "masthead" "topbar" "hero" "branding" "logo" "banner";
    FOOTER = 2 => "footer" "foot" "colophon" "copyright" "imprint" "legal" "disclaimer" "bottom";
    SIDE = 3 => "sidebar" "aside" "rail" "widget" "widgets" "secondary" "complementary" "side" "sidecolumn";
    COMMENT = 4 => "comment" "comments" "disqus" "discussion" "respond" "reply" "replies" "commentlist" "kommentar"
        "kommentare" "commentaires" "comentarios" "forum" "reactions" "reviews" "review";
    SHARE = 5 => "share" "sharing" "social" "sns" "addthis" "facebook" "twitter" "whatsapp" "follow" "sharebar"
        "socials" "sharebuttons" "tools" "bookmark" "print" "sharer";
    RELATED = 6 => "related" "recommend" "recommended" "recommendation" "recommendations" "recirculation" "recirc"
        "more" "readmore" "similar" "also" "suggested" "suggestions" "outbrain" "taboola" "next" "prev" "previous"
        "linklist" "links" "crosslinks" "upnext" "verwandt" "mehr" "relacionadas" "relacionados" "articles" "posts"
        "stories" "entries" "news" "explore" "zergnet" "weiterlesen" "jp" "yarpp";
    CARD = 7 => "teaser" "teasers" "card" "cards" "promo" "tile" "tiles" "trending" "popular" "latest" "mostread"
        "feed" "stream" "river" "ranking" "carousel" "slider" "swiper" "slick" "thumb" "thumbnail" "preview"
        "featured" "recent";
    AD = 8 => "ad" "ads" "advert" "advertisement" "adv" "advertising" "sponsor" "sponsored" "dfp" "promoted" "anzeige"
        "werbung" "gpt" "adslot" "commercial" "affiliate" "pub" "publicidad" "adsense" "adunit";
    SIGNUP = 9 => "newsletter" "newsletters" "subscribe" "subscription" "signup" "sign" "register" "cta" "optin"
        "mailchimp" "form" "donate" "donation" "support" "download" "app" "button" "btn" "buttons" "hubspot" "hs"
        "action" "login" "contact" "mc" "email" "abo";
    AUTHOR = 10 => "author" "authors" "byline" "bio" "profile" "contributor" "contributors" "writer" "journalist"
        "autor" "biography" "about" "avatar" "vcard" "authorbox" "reporter" "auteur";
    META = 11 => "meta" "metadata" "date" "time" "timestamp" "published" "info" "dateline" "posted" "datetime"
        "updated" "pubdate" "details" "datum" "created" "modified" "postmeta" "readtime" "reading" "duration";
    CAPTION = 12 => "caption" "captions" "figcaption" "credit" "credits" "legend" "photo" "photos" "image" "images"
        "img" "gallery" "slideshow" "picture" "figure" "media" "bildunterschrift" "bild" "copyrights" "photographer"
        "pic" "lightbox" "foto" "wp-caption" "visual" "illustration" "imagen" "thumbcaption";
    TAGS = 13 => "tags" "tag" "topics" "topic" "categories" "category" "keywords" "cat" "cats" "taxonomy" "taglist"
        "tagcloud" "labels" "label" "terms" "rubrik" "tagged" "channel" "section-name" "kicker" "eyebrow" "overline"
        "dachzeile";
    NOTICE = 14 => "cookie" "cookies" "consent" "gdpr" "modal" "popup" "overlay" "dialog" "notice" "notification"
        "alert" "privacy" "toast" "tooltip" "onetrust" "cmp" "ccpa" "lightboxes";
    PAYWALL = 15 => "paywall" "regwall" "premium" "subscriber" "subscribers" "piano" "locked" "gate" "meter" "metered"
        "gated" "paid" "offer" "offers" "tp";
    TITLE = 16 => "title" "headline" "heading" "h1" "titulo" "titre" "headlines";
    LEAD = 17 => "lead" "lede" "standfirst" "intro" "summary" "excerpt" "deck" "dek" "subtitle" "subhead"
        "subheadline" "abstract" "chapo" "vorspann" "description" "introduction" "ingress" "preamble" "subheading"
        "subline" "leadtext" "entradilla" "bajada" "sommario" "occhiello" "synopsis" "perex" "anleser";
    BODY = 18 => "body" "articlebody" "bodytext" "richtext" "story" "copy" "storybody" "maintext" "fulltext" "wysiwyg"
        "prose" "rte" "texto" "cuerpo" "corps" "testo" "artikel" "articletext" "storytext" "bodycopy" "rich"
        "articlecontent" "storycontent" "markdown" "paragraphs";
    CONTENT = 19 => "content" "contents" "text" "txt" "inhalt" "contenido" "postcontent" "entrycontent" "cms" "editor"
        "elementor" "gutenberg" "block" "paragraph" "p" "absatz" "editable";
    ENTRY = 20 => "article" "entry" "post" "blog" "single" "hentry" "articulo" "articolo" "detail" "blogpost"
        "noticia" "page" "beitrag" "newsarticle";
    MAIN = 21 => "main" "primary" "center" "middle" "maincontent";
    EMBED = 22 => "embed" "embedded" "tweet" "instagram" "video" "player" "oembed" "youtube" "podcast" "audio"
        "iframe" "embeds" "jwplayer" "tiktok" "vjs" "live" "plyr";
    QUOTE = 23 => "quote" "pullquote" "blockquote" "zitat" "citation" "quotes" "pull" "testimonial" "testimonials";
    TOC = 24 => "toc" "tableofcontents" "jump" "anchor" "anchors" "ez-toc" "index";
    HIDDEN = 25 => "hidden" "hide" "sr" "visually" "screenreader" "invisible" "offscreen" "screen" "accessibility"
        "a11y" "skip" "noprint" "visuallyhidden" "accessible";
    GRID = 26 => "grid" "list" "item" "items" "listing" "archive" "row" "col" "column" "columns" "wrapper" "container"
        "inner" "wrap" "layout";
    BOX = 27 => "box" "infobox" "factbox" "fact" "facts" "callout" "highlight" "panel" "accordion" "faq" "faqs" "tab"
        "tabs" "key" "takeaways" "keypoints" "kasten" "infokasten" "inset" "notes" "tip";
    SHOP = 28 => "product" "products" "price" "cart" "shop" "buy" "deal" "deals" "store" "checkout" "shopify"
        "woocommerce" "course" "event" "events" "calendar" "jobs" "job" "weather" "game" "games" "quiz" "poll";
    FOOTNOTE = 29 => "footnote" "footnotes" "references" "reference" "sources" "source" "bibliography" "endnotes"
        "cite" "correction" "corrections" "editorsnote" "note";
    USER = 30 => "user" "account" "search" "suche" "language" "lang" "location" "city" "settings" "rating" "ratings"
        "vote" "votes" "like" "likes" "count" "counter" "views" "stars";
}

/// Names of elements met before on the page: builders repeat them much.
#[derive(Debug, Default)]
pub(super) struct Cache(Map<u64, Names>);

impl Cache {
    /// What an element's class, id, role and the like say, and a hash of its class.
    pub(crate) fn of(&mut self, dom: &Dom, node: NodeId) -> (Names, u32) {
        let (mut names, mut shape) = (Names(0), 0);
        for attr in dom.attrs(node) {
            if !is_name(&attr.name.local) {
                names |= hiding(attr);
                continue;
            }
            let value = cut(&attr.value, NAME_BYTES_MAX);
            let hash = hash::of(value.as_bytes());
            names |= *self.0.entry(hash).or_insert_with(|| read(value));
            if attr.name.local == local_name!("class") {
                shape = hash as u32;
            }
        }
        (names, shape)
    }
}

fn is_name(attr: &LocalName) -> bool {
    matches!(*attr, local_name!("class") | local_name!("id") | local_name!("role") | local_name!("itemprop"))
        || matches!(&**attr, "data-testid" | "data-component" | "data-type" | "data-name" | "data-qa" | "data-module")
}

/// Whether an attribute keeps its element off the screen, or out of what is read aloud.
fn hiding(attr: &Attribute) -> Names {
    let undisplayed = || attr.value.contains("display:none") || attr.value.contains("display: none");
    match attr.name.local {
        local_name!("hidden") => Names::HIDDEN | Names::UNSEEN,
        local_name!("aria-hidden") if &*attr.value == "true" => Names::HIDDEN,
        local_name!("style") if undisplayed() => Names::HIDDEN | Names::UNSEEN,
        _ => Names(0),
    }
}

fn cut(text: &str, bytes_max: usize) -> &str {
    let mut end = text.len().min(bytes_max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Reads the words of a name: `entry-content`, `entryContent` and `entry_content` are all `entry` and `content`.
fn read(value: &str) -> Names {
    let mut names = Names(0);
    for_words(value, |word| names |= WORDS.get(word).copied().unwrap_or_default());
    names
}

/// Calls `f` with each word of a name, in lower case.
pub(super) fn for_words(value: &str, mut f: impl FnMut(&str)) {
    let mut word = String::new();
    let mut lower_before = false;
    for c in value.chars() {
        let humps = c.is_ascii_uppercase() && lower_before;
        lower_before = c.is_ascii_lowercase();
        if (!c.is_alphanumeric() || humps) && !word.is_empty() {
            f(&word);
            word.clear();
        }
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        } else if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
    }
    if !word.is_empty() {
        f(&word);
    }
}
