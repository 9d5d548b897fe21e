"""Makes small pages of shapes that the gold pages lack: bare markup, old tables, cards of other stories.

    made_up.py GOLD OUT

GOLD is the folder of gold data, OUT the folder to fill: `html/*.html.gz`, `gold.json`. Their stories are paragraphs of
pages that are learnt from anyhow. The dice are loaded with a fixed seed and thrown in a fixed order, so that the same
pages come out each time; lists of choices are built whole before one is taken, which is part of that order.
"""
import argparse
import gzip
import html
import json
import pathlib
import random

dice = random.Random(7)
escape = html.escape

PAGES = 450
SECTIONS = ["World", "Business", "Politics", "Sport", "Health", "Culture", "Local", "Science", "News"]
NAMES = ["Anna Keller", "John Marsh", "Luis Ortega", "Marie Dubois", "Kim Ha-neul", "Peter Novak"]
PLACES = ["North Hill", "South Bank", "Old Town", "Harbour", "Total", "Row Street", "Mill End"]
CAPTIONS = [
    "A view of the town hall on Tuesday.", "Residents wait outside the court.",
    "The minister speaks to reporters in this file photo.", "Rescue workers at the scene.",
    "Workers load a ship in the harbour.",
]
CREDITS = [
    "Photo: Jane Roe / AP", "John Doe | Getty Images", "Foto: dpa", "Picture: Staff", "Reuters/Max Muster", "(AFP)",
]
DATES = [
    "March 3, 2021", "12. Mai 2020", "2019-07-04 10:31", "Tue, 3 Nov 2020 07:30", "Published: 26 April 2022, 07:30",
    "Updated Jun 17, 2021 2:30 p.m.",
]


def read_stories(gold):
    """(title, paragraphs) of the pages that lend their text, shuffled."""
    stories = []
    for name, keeps in (("newsrooms", lambda i: i % 2 == 0), ("web-articles", lambda i: i % 4 == 0)):
        pages = json.loads((gold / name / "gold.json").read_text())
        for i, page in enumerate(sorted(pages)):
            lines = [line.strip() for line in (pages[page]["articleBody"] or "").split("\n")]
            paragraphs = [line for line in lines if len(line) > 70]
            if keeps(i) and len(paragraphs) >= 3 and pages[page].get("title"):
                stories.append((pages[page]["title"], paragraphs))
    dice.shuffle(stories)
    return stories


def caption():
    return dice.choice(CAPTIONS)


def credit():
    return dice.choice(CREDITS)


def date():
    return dice.choice(DATES)


class Furniture:
    """What stands around a story. Most of it draws on the other stories."""

    def __init__(self, stories):
        self.stories = stories

    def cards(self, count, style):
        """Cards of other stories, with or without a heading."""
        cards = "\n".join([self.card(style) for _ in range(count)])
        heading = dice.choice([
            "", "<h3>More stories</h3>", "<h2>Related</h2>", "<h3>Also on this site</h3>",
            "<h4>You may also like</h4>", "<h3>Mehr zum Thema</h3>", "",
        ])
        tag = dice.choice(["div", "section", "aside", "ul"]) if style != 3 else "ul"
        classes = dice.choice([
            ' class="related"', ' class="more-posts"', "", ' class="td_block"', ' class="grid"', ' class="promos"', "",
        ])
        return f"{heading}<{tag}{classes}>{cards}</{tag}>"

    def card(self, style):
        title, paragraphs = dice.choice(self.stories)
        words = paragraphs[0].split()
        lead = " ".join(words[:dice.randint(18, 40)]) + dice.choice([" […]", " [...]", "…", " [&hellip;]", ""])
        title = escape(title)
        section = dice.choice(SECTIONS)
        return [
            f'<div class="post-item"><a href="/x"><img src="/i.jpg" alt="{title}"></a><span>{section}</span>'
            f'<h3><a href="/x">{title}</a></h3><p>{lead}</p><a href="/x">Read More</a></div>',
            f'<article><a href="/x">{title}</a><span>{section}</span><h3>{title}</h3><div>{lead}</div>'
            "<a href=/x>Read More</a></article>",
            f'<div><a href="/x"><img src=/i.jpg></a><div>{section}</div><h2><a href="/x">{title}</a></h2>{lead}<br>'
            '<a href="/x">Read More</a></div>',
            f'<li><a href="/x"><h4>{title}</h4></a><p>{lead}</p></li>',
            f'<p>{section}</p><p><a href="/x"><b>{title}</b></a></p><p>{lead}</p><p><a href="/x">Read More</a></p>',
        ][style]

    def in_between(self):
        """A pointer to another story between two paragraphs."""
        title, _ = dice.choice(self.stories)
        if dice.random() >= 0.8:
            return ""
        return dice.choice([
            "", "", "", "<p><a href=/y>Read more: %s</a></p>",
            "<p><b>Also on The Daily:</b> <a href=/y>%s</a></p>",
            "<div class=inline-related><span>Read more</span><a href=/y>%s</a></div>",
            "<p>Lesen Sie auch: <a href=/y>%s</a></p>",
        ]).replace("%s", escape(title))


def menu():
    items = "".join([
        dice.choice(["<li><a href=/s>%s</a></li>", "<a href=/s>%s</a> ", "<a href=/s>%s</a> | "]) % section
        for section in dice.sample(SECTIONS, 5)
    ])
    return dice.choice([
        "<nav><ul>%s</ul></nav>", "<div class=menu>%s</div>",
        "<header><a href=/>The Daily</a><div>%s</div></header>", "%s",
    ]) % items


def foot():
    return dice.choice([
        "<footer><p>© 2021 The Daily. All rights reserved.</p></footer>",
        "<hr><p>Copyright 1999 The Bay Paper. All rights reserved.</p>",
        "<div class=footer>Terms | Privacy | Contact</div>",
        "",
        "<p>This page has been visited 812 times. Best viewed at 800x600.</p>",
        "<hr><center><font size=1>You are visitor number 4,512. Best viewed with 800 x 600.<br>"
        "&copy; 2001 The Bay Paper. All rights reserved.</font></center>",
        "<p>Find this article online at the address below. For reprints write to us.</p>"
        "<p>https://www.daily.example/2017/story.html</p>",
        "<footer><a href=/a>About</a> <a href=/c>Contact</a><p>Daily Newspapers Ltd. Complaints: Box 9.</p></footer>",
    ])


def hidden():
    return dice.choice([
        "", "", "", "<p hidden>Win a prize by clicking here today, this offer ends soon.</p>",
        '<p style="display:none">This line is not shown to anybody and sells things.</p>',
    ])


def newsletter():
    return dice.choice([
        "", "",
        "<section class=nl><h3>The morning brief, by e-mail</h3><p>Everything you need before breakfast, five days a "
        "week. Leave whenever you like.</p></section>",
        '<div class="newsletter"><h4>Stay informed</h4><p>Get the stories that matter in your inbox every morning. '
        "Unsubscribe at any time.</p><input type=email><button>Sign up</button></div>",
        "<div class=box><p>Like this story? Subscribe to our newsletter.</p></div>",
        "<p>Support independent journalism: if you can, chip in today.</p>",
    ])


def biography():
    name = dice.choice(NAMES)
    return dice.choice([
        "", "",
        f'<div class="author-box"><h4>{name}</h4><p>{name} writes about the waterfront and keeps bees. '
        "Before that she worked for a radio station.</p></div>",
        f"<p><i>{name} covers courts for the paper.</i></p>",
    ])


def figure():
    return dice.choice([
        "",
        "<figure><img src=/a.jpg><figcaption>%s <span class=credit>%s</span></figcaption></figure>"
        % (caption(), credit()),
        '<div class="wp-caption"><img src=/a.jpg><p class="wp-caption-text">%s</p></div>' % caption(),
        "<p><img src=/a.jpg></p><p><small>%s</small></p><p><small>%s</small></p>" % (caption(), credit()),
        "<figure><img src=/a.jpg><figcaption>%s</figcaption></figure><p>%s</p>" % (caption(), credit()),
        '<div class="ArticleImage"><img src=/a.jpg><div class="ArticleImage-caption"><p>%s</p></div>'
        '<p class="ArticleImage-credit">%s</p></div>' % (caption(), credit()),
        '<div class="photo"><img src=/a.jpg><span class="image-text">%s</span> '
        '<span class="photo-credit">%s</span></div>'
        % (caption(), credit()),
        "<table align=right width=200><tr><td><img src=/a.gif><br><font size=1>%s<br>%s</font></td></tr></table>"
        % (caption(), credit()),
    ])


def source():
    return dice.choice(["", "", "<p>Source</p>", "<p><a href=/z>Source</a></p>", "Source", "<p>Quelle</p>"])


def byline(title):
    name = dice.choice(NAMES)
    return dice.choice([
        "",
        "<p>By %s</p><p>%s</p>" % (name, date()),
        "<div class=byline>By %s, %s</div>" % (name, date()),
        "<span>%s</span> <time>%s</time>" % (name, date()),
        "<p>%s | %s</p>" % (name, date()),
        "<font size=2><b>%s</b> · %s</font><br><font size=5>%s</font><br>By %s<br>"
        % (dice.choice(SECTIONS), date(), escape(title), name),
        "<h4>By %s</h4>" % name,
    ])


class Story:
    """A story's paragraphs with subheadings, lists and tables strewn in, and what of it is gold."""

    def __init__(self, paragraphs, furniture):
        self.paragraphs = paragraphs
        self.furniture = furniture
        self.escaped = [escape(paragraph) for paragraph in paragraphs]
        self.gold = []
        self.subheadings = self.make_subheadings()
        self.lists = self.make_list()
        self.tables = self.make_table()

    def make_subheadings(self):
        subheadings = {}
        if len(self.paragraphs) > 2:
            for i in range(1, len(self.paragraphs)):
                if dice.random() < 0.18:
                    words = self.paragraphs[i].split()
                    start = dice.randrange(max(1, len(words) - 8))
                    text = " ".join(words[start:start + dice.randint(2, 6)])
                    subheadings[i] = text.strip(" ,.;:\"“”").capitalize()
        return subheadings

    def make_list(self):
        if len(self.paragraphs) < 2 or dice.random() >= 0.2:
            return {}
        at = dice.randrange(1, len(self.paragraphs))
        _, others = dice.choice(self.furniture.stories)
        others = others[:dice.randint(2, 5)]
        return {at: [" ".join(other.split()[:dice.randint(6, 14)]).strip(" ,;:") for other in others]}

    def make_table(self):
        if len(self.paragraphs) < 2 or dice.random() >= 0.12:
            return {}
        rows = [
            [dice.choice(PLACES)] + [f"{dice.randrange(100, 9999):,}" for _ in range(2)]
            for _ in range(dice.randint(3, 6))
        ]
        return {dice.randrange(1, len(self.paragraphs)): rows}

    def marked_up(self, form="<p>%s</p>"):
        out = []
        for i, paragraph in enumerate(self.escaped):
            if i in self.subheadings:
                forms = ["<h2>%s</h2>", "<h3>%s</h3>", "<p><strong>%s</strong></p>", "<h4>%s</h4>"]
                out.append(dice.choice(forms) % escape(self.subheadings[i]))
                self.gold.append(self.subheadings[i])
            out.append(form % paragraph)
            self.gold.append(self.paragraphs[i])
            out.extend(self.extras(i))
            if i and dice.random() < 0.15:
                out.append(self.furniture.in_between())
            if dice.random() < 0.06:
                out.append(hidden())
        return "\n".join(out)

    def extras(self, i):
        """The table and the list behind a paragraph."""
        if i in self.tables:
            rows = self.tables[i]
            cells = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows]
            yield "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"
            self.gold.extend(cell for row in rows for cell in row)
        if i in self.lists:
            yield "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in self.lists[i]) + "</ul>"
            self.gold.extend(self.lists[i])

    def broken_by(self, breaks):
        self.gold.extend(self.paragraphs)
        return breaks.join(self.escaped)


def page(title, paragraphs, furniture):
    """A page around a story, of one of eight makes, and the story's gold text."""
    story = Story(paragraphs, furniture)
    make = dice.randrange(8)
    shown = escape(title)
    heading = dice.choice([
        "<h1>%s</h1>", "<h1 class=entry-title>%s</h1>", "<h2>%s</h2>", "<h1><a href=/>%s</a></h1>",
    ]) % shown
    cards = furniture.cards(dice.randint(2, 4), dice.randrange(5)) if dice.random() < 0.65 else ""
    head = f"<html><head><title>{shown}</title></head><body>"
    text = head + MAKES[make](title, story, heading, cards)
    return text, "\n".join(story.gold)


def bare(_title, story, heading, _cards):
    return heading + story.marked_up() + "</body></html>"


def plain(title, story, heading, cards):
    return menu() + heading + byline(title) + figure() + story.marked_up() + source() + cards + foot()


def old_table(title, story, _heading, _cards):
    text = story.broken_by("<br><br>")
    return (
        f"<table width=800><tr><td width=120><font size=2>{menu()}</font></td><td><font size=5><b>{escape(title)}</b>"
        f"</font><br><font size=2>{byline(title)}</font><br><br>{text}<br><br></td></tr></table><hr>"
        f"<font size=1>{foot()}</font>"
    )


def blog(title, story, heading, cards):
    top = f'{menu()}<article class="post hentry"><header>{heading}{byline(title)}</header>'
    again = heading if dice.random() < 0.5 else ""
    text = f'<div class="entry-content">{again}{figure()}{story.marked_up()}{source()}</div>'
    return f"{top}{text}{newsletter()}{biography()}</article>{cards}{foot()}"


def divs(title, story, heading, cards):
    top = f"{menu()}<div id=main>{heading}{byline(title)}"
    name = dice.choice(["story", "text", "dl-text", "content", "a1", "x-body"])
    picture, form = figure(), "<div>%s</div>" if dice.random() < 0.3 else "<p>%s</p>"
    text = f'<div class="{name}">{picture}{story.marked_up(form)}</div>'
    return f"{top}{text}{biography()}{newsletter()}{cards}</div>{foot()}"


def cards_last(title, story, heading, cards):
    return f"{heading}{byline(title)}{story.marked_up()}{foot()}{cards}"


def twice_headed(title, story, heading, cards):
    top = f"{menu()}<main>{heading}{figure()}{heading if dice.random() < 0.6 else ''}{byline(title)}"
    return f"{top}{story.marked_up()}{source()}{cards}</main>{newsletter()}{foot()}"


def line_breaks(title, story, heading, _cards):
    breaks = dice.choice(["<br><br>", "<br>&nbsp;<br>", "<br /><br />\n"])
    top = dice.choice(["", menu()]) + heading + byline(title)
    text = dice.choice(["%s", "<div>%s</div>", "<div class=text>%s</div>", "<font size=3>%s</font>"])
    return top + text % story.broken_by(breaks) + dice.choice(["", foot()]) + "</body></html>"


MAKES = [bare, plain, old_table, blog, divs, cards_last, twice_headed, line_breaks]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    folders = parser.parse_args()
    stories = read_stories(folders.gold)
    furniture = Furniture(stories)
    (folders.out / "html").mkdir(parents=True, exist_ok=True)
    gold = {}
    for i, (title, paragraphs) in enumerate((stories + stories[::-1])[:PAGES]):
        count = dice.choice([1, 2, 3, 3, 4, 5, 6, 8, 10])
        text, body = page(title, paragraphs[:count], furniture)
        name = f"made-up-{i:04}"
        (folders.out / "html" / f"{name}.html.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
        gold[name] = {"articleBody": body, "title": title}
    (folders.out / "gold.json").write_text(json.dumps(gold))


if __name__ == "__main__":
    main()
