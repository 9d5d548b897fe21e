// The pages in a real browser: that they work with and without their script, by keyboard, at 360 px, in the dark, and
// that axe-core finds nothing wrong with any of them.
//
//     node run.cjs PROGRAM INDEX [--screenshots FOLDER]
//
// CHROMIUM names the browser, /usr/bin/chromium else. Ends with 1 where something fails.
"use strict";
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { chromium } = require("playwright-core");

const [program, index, flag, folder] = process.argv.slice(2);
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
let failures = 0;

const check = (name, ok, detail = "") => {
  if (!ok) failures += 1;
  console.log(ok ? "ok  " : "FAIL", name, ok ? "" : detail);
};

const serve = () => new Promise((done, failed) => {
  const child = spawn(program, ["serve", "--index", index, "--address", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
  child.once("error", failed);
  child.once("exit", (code) => failed(new Error(`the program ended with ${code}`)));
  child.stdout.once("data", (line) => done({ child, root: line.toString().trim().replace(/\/$/, "") }));
});

const json = async (address) => (await fetch(address)).json();

// Addresses of one page of each kind.
const pagesOf = async (root) => {
  const hits = async (rest) => (await json(`${root}/api/v1/search?fields=id&${rest}`)).hits.map((hit) => encodeURIComponent(hit.id));
  const [long] = await hits("q=harbour&limit=1&sort=longest");
  const [copied] = await hits("q=*&limit=1&copies=only");
  const [arabic] = await hits("q=lang:ar&limit=1");
  let versioned = long;
  for (const id of await hits("q=*&limit=500")) {
    if ((await json(`${root}/api/v1/article/${id}/versions`)).versions.length > 1) { versioned = id; break; }
  }
  const story = encodeURIComponent((await json(`${root}/api/v1/stories?limit=1`)).stories[0].id);
  return {
    home: "/", search: "/?q=harbour", share: "/?q=harbour+OR+storm&show=share", filtered: "/?q=*&f=language:en&from=2023-01-01",
    nothing: "/?q=harbuor+zzzz", mistake: "/?q=title:(", article: `/article/${long}`, pictures: `/article/${long}?images=show`,
    arabic: `/article/${arabic}`, copied: `/article/${copied}`, copies: `/article/${copied}/copies`,
    versions: `/article/${versioned}/versions`, stories: "/stories", story: `/story/${story}`,
    compare: "/compare?q=harbour&q=storm", archive: "/archive", help: "/help", api: "/api", missing: "/nope",
  };
};

const findings = (page) => page.evaluate(async (rules) => {
  const { violations } = await axe.run(document, { runOnly: rules });
  return violations.map((v) => `${v.id}: ${v.nodes.slice(0, 2).map((n) => n.html.slice(0, 160)).join(" | ")}`);
}, RULES);

const looksSound = async (browser, root, pages) => {
  // That nothing is found counts for something only where something would be.
  const probe = await browser.newPage();
  await probe.setContent("<html><body><img src=x><p style='color:#bbb;background:#fff'>pale</p></body></html>");
  await probe.evaluate(axe);
  check("axe finds what is wrong", (await findings(probe)).length >= 3);
  await probe.close();
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [360, 1280]) {
      // axe is put into the page, which its own rules forbid.
      const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, bypassCSP: true });
      const page = await context.newPage();
      const elsewhere = [];
      page.on("request", (request) => { if (!request.url().startsWith(root)) elsewhere.push(request.url()); });
      for (const [name, address] of Object.entries(pages)) {
        elsewhere.length = 0;
        await page.goto(root + address);
        await page.evaluate(axe);
        const found = await findings(page);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        check(`${name}, ${width} px, ${colorScheme}`, found.length === 0 && over <= 0, `${found.join("\n")} wider by ${over}`);
        if (name !== "pictures") check(`${name} asks nobody else`, elsewhere.length === 0, elsewhere.join(" "));
      }
      await context.close();
    }
  }
};

const worksWithScript = async (browser, root) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  await page.goto(`${root}/`);
  await page.keyboard.press("/");
  await page.keyboard.type("harbour", { delay: 30 });
  await page.waitForSelector("#results .hit");
  check("search as you type", page.url().includes("q=harbour"));
  await page.waitForFunction(() => document.querySelectorAll("#words option").length > 0);
  check("completion", true);
  await page.keyboard.press("Escape");
  const focused = () => page.evaluate(() => document.activeElement.textContent);
  await page.keyboard.press("j");
  const first = await focused();
  await page.keyboard.press("j");
  const second = await focused();
  await page.keyboard.press("k");
  check("j and k", first !== second && (await focused()) === first);
  await page.keyboard.press("o");
  await page.waitForURL("**/article/**");
  check("o", (await page.locator("h1").textContent()) === first);
  await page.keyboard.press("?");
  await page.waitForURL("**/help");
  check("?", true);
  await page.goto(`${root}/?q=harbour`);
  const periods = page.locator("[data-timeline] [data-from]");
  const [from, to] = [await periods.first().boundingBox(), await periods.nth(20).boundingBox()];
  await page.mouse.move(from.x + from.width / 2, from.y + 20);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width / 2, to.y + 20, { steps: 6 });
  await page.mouse.up();
  await page.waitForURL("**from=**");
  check("dragging on the timeline", (await page.locator(".filters li").count()) === 1);
  await page.goto(`${root}/?q=harbour`);
  await page.locator(".facet a").first().click();
  await page.waitForURL("**f=**");
  const few = await page.locator(".total").textContent();
  await page.locator(".filters a").first().click();
  await page.waitForURL((url) => !url.searchParams.has("f"));
  check("a facet on and off", few !== (await page.locator(".total").textContent()));
  check("no errors, nothing that the rules forbid", said.length === 0, said.join("\n"));
  await context.close();
};

const worksWithout = async (browser, root) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${root}/`);
  await page.fill("#q", "harbour");
  await page.press("#q", "Enter");
  await page.waitForURL("**q=harbour**");
  check("search without script", (await page.locator(".hit").count()) > 0);
  await page.locator("[data-timeline] a").first().click({ force: true });
  await page.waitForURL("**from=**");
  check("the timeline without script", true);
  await page.goto(`${root}/?q=harbour`);
  await page.locator(".hits h2 a").first().click();
  await page.waitForURL("**/article/**");
  await page.locator(".related .hit > a").first().click();
  check("related articles without script", (await page.locator("h1").count()) === 1);
  await page.goto(`${root}/compare`);
  await page.locator("input[name=q]").nth(0).fill("harbour");
  await page.locator("input[name=q]").nth(1).fill("storm");
  await page.getByRole("button", { name: "Compare" }).click();
  await page.waitForURL("**q=harbour**");
  check("comparing without script", (await page.locator(".drawing svg").count()) === 1);
  await context.close();
};

const screenshots = async (browser, root, pages) => {
  for (const [name, colorScheme, width] of [["search", "light", 1100], ["article", "light", 1100], ["search", "dark", 360]]) {
    const context = await browser.newContext({ viewport: { width, height: 760 }, colorScheme });
    const page = await context.newPage();
    await page.goto(root + pages[name]);
    await page.screenshot({ path: path.join(folder, width < 400 ? `${name}-phone.png` : `${name}.png`) });
    await context.close();
  }
};

(async () => {
  const { child, root } = await serve();
  child.removeAllListeners("exit");
  const args = ["--no-sandbox", "--disable-gpu"];
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args });
  try {
    const pages = await pagesOf(root);
    if (flag === "--screenshots") {
      await screenshots(browser, root, pages);
    } else {
      await looksSound(browser, root, pages);
      await worksWithScript(browser, root);
      await worksWithout(browser, root);
    }
  } finally {
    await browser.close();
    child.kill("SIGTERM");
  }
  if (failures > 0) { console.log(`${failures} failed`); process.exitCode = 1; }
})();
