import type { FastifyReply } from "fastify";
import type { Assets } from "../assets.ts";

/** Stylesheet of the pages that work without script. */
export const plainStyle = `:root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif;--ink:light-dark(#1c1f26,#e8eaf0);
--quiet:light-dark(#5b6270,#a4abba);--line:light-dark(#8a91a0,#767e8f);--paper:light-dark(#fff,#171a21);
--ground:light-dark(#f4f5f8,#0e1015);--accent:light-dark(#2b50c8,#8fa8ff);--on-accent:light-dark(#fff,#0e1015)}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--ground);color:var(--ink)}
main{width:min(26rem,100%);padding:2rem 1.5rem;background:var(--paper);border-radius:.75rem;
overflow-wrap:anywhere}
h1{margin:0 0 1rem;font-size:1.375rem}
label{display:block;font-weight:600}
input{width:100%;margin-top:.25rem;padding:.5rem .625rem;font:inherit;color:inherit;background:transparent;
border:1px solid var(--line);border-radius:.375rem}
button{width:100%;padding:.625rem;font:inherit;font-weight:600;color:var(--on-accent);background:var(--accent);
border:1px solid transparent;border-radius:.375rem;cursor:pointer}
button.quiet{color:inherit;background:transparent;border-color:var(--line)}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
hr{margin:1.5rem 0;border:0;border-top:1px solid var(--line)}
[role=status]{margin:0 0 1rem;padding:.5rem .75rem;border-left:4px solid var(--accent)}`;

/** Icon of all pages: a key. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#2b50c8"/>
<g fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round"><circle cx="11" cy="16" r="5"/><path d="M16 16h10v5M21 16v4"/></g></svg>
`;

/** Returns the text with all characters escaped that have a meaning in HTML, also inside quotes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Content of a page. `head` and `body` are HTML. */
interface HtmlPage {
  readonly title: string;
  readonly head?: string;
  readonly body: string;
  /** Sources of scripts. Default: none. */
  readonly script?: "'none'" | "'self'";
}

/**
 * Sends a page. It loads only files of this server, runs nothing inline, cannot be framed, and shares nothing with pages
 * of other origins (D-03).
 */
export function sendHtml(
  reply: FastifyReply,
  assets: Pick<Assets, "icon">,
  { title, head = "", body, script = "'none'" }: HtmlPage,
): FastifyReply {
  const policy = [
    "default-src 'none'",
    `script-src ${script}`,
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
  return reply
    .type("text/html; charset=utf-8")
    .headers({
      "content-security-policy": policy,
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), clipboard-write=(self)",
      // Hides the page from other origins. With no-referrer, its forms would send `Origin: null`.
      "referrer-policy": "same-origin",
      "x-content-type-options": "nosniff",
    })
    .send(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${title} · BrikSync</title>
<link rel="icon" href="${assets.icon}">
${head}
</head>
<body>
${body}
</body>
</html>
`);
}

/** Sends a page with one column of text, which works without script. */
export function sendPlainPage(
  reply: FastifyReply,
  assets: Pick<Assets, "icon" | "plainStyle">,
  title: string,
  content: string,
): FastifyReply {
  const head = `<link rel="stylesheet" href="${assets.plainStyle}">`;
  return sendHtml(reply, assets, { title, head, body: `<main>\n${content}\n</main>` });
}
