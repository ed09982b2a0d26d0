import type { FastifyReply } from "fastify";
import type { Assets } from "../assets.ts";
import { sendHtml } from "./send-html.ts";

/** Sends the page that runs the dashboard. Its script finds the screen by the path. */
export function sendSettingsPage(reply: FastifyReply, { dashboard, plainStyle }: Assets): FastifyReply {
  if (dashboard === null) {
    return sendHtml(reply.code(503), {
      head: `<title>Settings · BrikSync</title>\n<link rel="stylesheet" href="${plainStyle}">`,
      body: "<main><h1>Settings</h1>\n<p>This server was built without its pages. Build it again: <code>pnpm build</code></p></main>",
    });
  }
  const styles = dashboard.styles.map((path) => `<link rel="stylesheet" href="${path}">`);
  return sendHtml(reply, {
    head: [
      "<title>API Access · BrikSync</title>",
      ...styles,
      `<script type="module" src="${dashboard.script}"></script>`,
    ].join("\n"),
    body: `<noscript><p>This page needs JavaScript. Without it, manage API keys with the CLI: <code>briksync keys --help</code></p></noscript>
<briksync-keys routes="history"></briksync-keys>`,
    script: "'self'",
  });
}
