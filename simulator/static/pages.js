// How each kind of page looks: HTML made of the state's words. What the pointer does on it comes with the state, in steps:
//
// {at, aim, click} (the pointer goes to the element marked data-aim at that share of the page's time), or
// {from, to, type, text} (text appears in the element marked data-type between those shares).
"use strict";

const escaped = (text) =>
  String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

// A small generator, so that the same page always holds the same goods (mulberry32's constants).
function dice(seed) {
  let turn = seed >>> 0;
  return () => {
    turn = (turn + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(turn ^ (turn >>> 15), turn | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const upTo = (count, make) => Array.from({ length: count }, (_, index) => make(index));
const price = (roll) => `€ ${(19 + Math.floor(roll() * 160)).toFixed(0)}.00`;
const lines = (roll, count) =>
  upTo(count, () => `<span class="line" data-w="${6 + Math.floor(roll() * 5)}"></span>`).join("");

function picture(hue, roll) {
  const high = () => 20 + Math.floor(roll() * 40);
  const tint = (hue + Math.floor(roll() * 60) - 30 + 360) % 360;
  return `<svg class="picture" viewBox="0 0 120 80" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
    <rect width="120" height="80" fill="hsl(${tint} 45% 88%)"/>
    <circle cx="${25 + roll() * 70}" cy="${14 + roll() * 16}" r="9" fill="hsl(${tint} 75% 96%)"/>
    <path d="M0 80 L0 ${high()} L30 ${high()} L62 ${high() + 10} L120 ${high()} L120 80 Z" fill="hsl(${tint} 38% 66%)"/>
    <path d="M0 80 L0 62 L40 ${44 + roll() * 10} L84 66 L120 ${50 + roll() * 10} L120 80 Z" fill="hsl(${tint} 40% 45%)"/>
  </svg>`;
}

const topbar = (name, links, more = "") => `<nav class="top"><strong><i class="mark"></i>${name}</strong>
  ${links.map((link) => `<a>${link}</a>`).join("")}<span class="grow"></span>${more}</nav>`;
const shopbar = (inCart) =>
  topbar("Harbour Outdoor", ["New", "Footwear", "Packs"], `<a class="cart">Cart <em>${inCart}</em></a>`);
const field = (label, name, value = "") =>
  `<label>${label}<input data-type="${name}" data-aim="${name}" value="${escaped(value)}" autocomplete="off"></label>`;
const button = (words, aim = "go") => `<button type="button" data-aim="${aim}">${words}</button>`;
const PAGES = {
  grid({ item, hue, url }, roll) {
    const searched = url.includes("search");
    const names = ["Trail Runner 4", "Alpine Shell", "Merino Beanie", "Canvas Pack 28", "Camp Stove Duo", "Dune Socks"];
    const goods = [item, ...names.filter((name) => name !== item)].slice(0, 6);
    const cards = goods.map(
      (name, index) => `<article class="card" ${index === 0 ? 'data-aim="first"' : ""}>${picture(hue, roll)}
        <h3>${escaped(name)}</h3><p class="quiet">${price(roll)}</p></article>`,
    );
    return {
      html: `${shopbar(0)}<div class="band"><h1>${searched ? `Results for “${escaped(item)}”` : "Made for weather"}</h1>
        <div class="find"><input data-type="find" data-aim="find" aria-label="Search" value="${searched ? escaped(item) : ""}">
        ${button("Search")}</div></div><div class="cards">${cards.join("")}</div>`,
    };
  },
  product({ item, hue }, roll) {
    return {
      html: `${shopbar(0)}<div class="two"><div>${picture(hue, roll)}</div><div><p class="quiet">Footwear / Trail</p>
        <h1>${escaped(item)}</h1><p class="stars">★★★★☆ <span class="quiet">${20 + Math.floor(roll() * 200)} reviews</span></p>
        <p class="price">${price(roll)}</p><p class="sizes">${["S", "M", "L", "XL"]
          .map((size) => `<span data-aim="size-${size}" class="size">${size}</span>`)
          .join("")}</p>${button("Add to cart")}${lines(roll, 4)}</div></div>`,
    };
  },
  cart({ item, hue }, roll) {
    return {
      html: `${shopbar(1)}<div class="narrow"><h1>Your cart</h1><div class="row">${picture(hue, roll)}
        <div><h3>${escaped(item)}</h3><p class="quiet">Size M, in stock</p></div><span class="grow"></span><b>${price(roll)}</b></div>
        <hr><div class="row"><span>Delivery</span><span class="grow"></span><span>free</span></div>${button("Check out")}</div>`,
    };
  },
  checkout({ item }) {
    return {
      html: `${shopbar(1)}<div class="narrow"><h1>Checkout</h1><div class="fields">${field("E-mail", "mail")}
        ${field("Street and number", "street")}${field("Town", "town")}${field("Card number", "card")}</div>
        <p class="quiet">1 × ${escaped(item)}, free delivery</p>${button("Pay now")}</div>`,
    };
  },
  done({ site }, roll) {
    const words = site.startsWith("shop") ? ["Thank you", "Your order"] : ["Received", "Your case"];
    return {
      html: `<div class="narrow done"><span class="tick">✓</span><h1>${words[0]}</h1>
        <p>${words[1]} <code>${Math.floor(roll() * 900000 + 100000)}</code> is on its way.</p>${button("Continue")}</div>`,
    };
  },
  search({ item }) {
    return {
      html: `<div class="start"><h1 class="logo">search</h1><div class="find">
        <input data-type="find" data-aim="find" aria-label="Search">${button("Search")}</div></div>`,
    };
  },
  results({ item, hue }, roll) {
    const sites = ["journal.example", "wiki.example", "data.example", "archive.example", "forum.example"];
    const hits = sites.map(
      (site, index) => `<article class="hit"><p class="quiet">${site}</p>
        <h3 ${index === 0 ? 'data-aim="first"' : ""}>${escaped(item)}: ${["a survey", "overview", "the figures", "since 1990", "questions"][index]}</h3>
        ${lines(roll, 2)}</article>`,
    );
    return {
      html: `${topbar("search", ["All", "News", "Pictures"])}<div class="narrow wide" data-hue="${hue}">${hits.join("")}</div>`,
      scrolls: true,
    };
  },
  article({ item, hue, title }, roll) {
    const parts = upTo(4, (index) => `<h2>${escaped(item)}, ${1990 + index * 9 + Math.floor(roll() * 8)}</h2>${lines(roll, 6)}`);
    return {
      html: `${topbar(escaped(title.split(" - ").pop().split(": ")[0]), ["Latest", "Topics"])}<article class="narrow read">
        <h1>${escaped(item)}</h1><p class="quiet">${4 + Math.floor(roll() * 8)} min</p>${picture(hue, roll)}
        ${lines(roll, 5)}${parts.join("")}</article>`,
      scrolls: true,
    };
  },
  table({ item }, roll) {
    const rows = upTo(9, (index) => {
      const share = 12 + Math.floor(roll() * 85);
      return `<tr ${index === 3 ? 'data-aim="first"' : ""}><td>${escaped(item)} ${String.fromCharCode(65 + index)}</td>
        <td>${1000 + Math.floor(roll() * 9000)}</td><td><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="8" rx="2" class="rail"/><rect width="${share}" height="8" rx="2" class="bar"/></svg></td></tr>`;
    });
    return {
      html: `${topbar("Register", ["Open", "Closed", "All"])}<div class="narrow wide"><div class="row"><h1>${escaped(item)}</h1>
        <span class="grow"></span>${button("Export")}</div><table><thead><tr><th>Name</th><th>Number</th><th>Share</th></tr></thead>
        <tbody>${rows.join("")}</tbody></table></div>`,
      scrolls: true,
    };
  },
  login() {
    return {
      html: `<div class="narrow small"><h1><i class="mark"></i>Portal</h1><div class="fields">${field("User name", "user")}
        ${field("Password", "secret")}</div>${button("Sign in")}</div>`,
    };
  },
  form({ item }) {
    return {
      html: `${topbar("Portal", ["Cases", "People"])}<div class="narrow"><p class="quiet">New case, step 2 of 3</p>
        <h1>${escaped(item)}</h1><div class="fields">${field("Reference", "reference")}${field("Valid from", "from")}
        ${field("Amount", "amount")}${field("Remarks", "remarks")}</div>${button("Send")}</div>`,
    };
  },
};
