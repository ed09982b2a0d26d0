import type { FastifyReply } from "fastify";
import type { Assets } from "../assets.ts";
import { sendHtml, sendPlainPage } from "./send-html.ts";

/** Sends the page that runs the dashboard. Its script finds the screen by the path. */
export function sendSettingsPage(reply: FastifyReply, assets: Assets): FastifyReply {
  const { dashboard } = assets;
  if (dashboard === null) {
    const body =
      "<h1>Settings</h1>\n<p>This server was built without its pages. Build it again: <code>pnpm build</code></p>";
    return sendPlainPage(reply.code(503), assets, "Settings", body);
  }
  const styles = dashboard.styles.map((path) => `<link rel="stylesheet" href="${path}">`);
  return sendHtml(reply, assets, {
    title: "API Access",
    head: [...styles, `<script type="module" src="${dashboard.script}"></script>`].join("\n"),
    body: `<noscript><p>This page needs JavaScript. Without it, manage API keys with the CLI: <code>briksync keys --help</code></p></noscript>
<briksync-keys routes="history"></briksync-keys>`,
    script: "'self'",
  });
}
