import type { FastifyReply } from "fastify";

/** Returns text with all characters replaced that have a meaning in HTML, also inside quotes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * Sends a page. It loads only files of this server, runs nothing inline, cannot be framed, and shares nothing with pages
 * of other origins (D-03).
 */
export function sendHtml(
  reply: FastifyReply,
  { head, body, script = "'none'" }: { head: string; body: string; script?: "'none'" | "'self'" },
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
${head}
</head>
<body>
${body}
</body>
</html>
`);
}
