import type { FastifyReply, FastifyRequest } from "fastify";
import type { Dependencies } from "../../domain/dependencies.ts";
import { isLoopback } from "../../domain/network/loopback.ts";
import { type BrowserSession, findBrowserSession } from "../../domain/sessions/browser-sessions.ts";
import { homePath, toReturnPath } from "../../domain/sign-in/return-path.ts";
import { notFound } from "../../errors.ts";
import type { Asset, Assets } from "../assets.ts";
import { browserRoute, readFields, redirect, signInPath, unlessStoreFails } from "../browser-calls.ts";
import { readCookie, sessionCookie } from "../cookies.ts";
import type { App } from "../fastify.ts";
import { sendSettingsPage } from "../pages/settings-page.ts";
import { type SignInNotice, sendSignInPage, signInNotices } from "../pages/sign-in-page.ts";
import { storeRetryAfterSeconds } from "../plugins/error-handler.ts";
import { devicePath } from "./device-sign-in.ts";

const dashboardPaths = [
  homePath,
  `${homePath}/:id`,
  "/settings/pipelines",
  "/settings/audit",
  "/settings/account",
  devicePath,
];

/** Stable path of the custom element, for pages of other origins. */
const elementPath = "/briksync-keys.js";

/**
 * Returns whether a browser would drop the cookie of this server. Browsers send `Sec-Fetch-Site` only over TLS or to
 * this machine. Old browsers never send it, so a host that is known to have TLS counts too.
 */
function isWithoutTls({ headers }: FastifyRequest, publicUrl: string | null): boolean {
  if (headers["sec-fetch-site"] !== undefined || headers.host === undefined) return false;
  const host = URL.canParse(`http://${headers.host}`) ? new URL(`http://${headers.host}`) : null;
  if (host === null || isLoopback(host.hostname)) return false;
  return publicUrl === null || !publicUrl.startsWith("https:") || new URL(publicUrl).host !== headers.host;
}

/** Sends a file. Any page may load it, because it contains no data. */
function sendAsset(request: FastifyRequest, reply: FastifyReply, asset: Asset, cacheControl: string): FastifyReply {
  const isGzipped = /(^|,)\s*gzip\s*(;(?!\s*q=0(\.0*)?\s*(,|$))|,|$)/i.test(request.headers["accept-encoding"] ?? "");
  if (isGzipped) reply.header("content-encoding", "gzip");
  return reply
    .type(asset.type)
    .headers({
      "access-control-allow-origin": "*",
      "cache-control": cacheControl,
      "cross-origin-resource-policy": "cross-origin",
      vary: "accept-encoding",
      "x-content-type-options": "nosniff",
    })
    .send(isGzipped ? asset.gzipped : asset.bytes);
}

/** Registers the pages for browsers and the files that they load (contract, section 8). */
export function registerPageRoutes(
  app: App,
  deps: Dependencies,
  { assets, publicUrl }: { readonly assets: Assets; readonly publicUrl: () => string | null },
): void {
  const findSession = (request: FastifyRequest): Promise<BrowserSession | null | "unknown"> => {
    const finding = findBrowserSession(deps, readCookie(request, sessionCookie));
    return unlessStoreFails(deps, "cannot load a browser session", finding, "unknown");
  };

  for (const path of ["/", "/settings"]) app.get(path, browserRoute, (_request, reply) => redirect(reply, homePath));

  for (const path of dashboardPaths) {
    app.get(path, browserRoute, async (request, reply) => {
      const query = new URLSearchParams({ returnTo: request.url });
      if ((await findSession(request)) === null) return redirect(reply, `${signInPath}?${query}`);
      // If the database fails, the page itself says so and tries again.
      return sendSettingsPage(reply, assets);
    });
  }

  app.get(signInPath, browserRoute, async (request, reply) => {
    const { auth, returnTo } = readFields(request.query);
    const session = await findSession(request);
    let notice = auth !== undefined && Object.hasOwn(signInNotices, auth) ? (auth as SignInNotice) : null;
    if (session === "unknown") {
      notice = "temporarily_unavailable";
      reply.code(503).header("retry-after", storeRetryAfterSeconds);
    }
    const origin = publicUrl();
    const canRedirect = deps.identityProvider !== null && origin !== null;
    const page = {
      notice: notice === null ? null : signInNotices[notice],
      signedIn: session === "unknown" ? null : (session?.actor ?? null),
      methods: { providers: canRedirect ? deps.settings.signInParties : [], hasEmailLinks: canRedirect },
      needsTls: isWithoutTls(request, origin) ? { publicUrl: deps.settings.publicUrl } : null,
      returnTo: toReturnPath(returnTo),
    };
    return sendSignInPage(reply, page, assets);
  });

  app.get("/assets/:name", browserRoute, (request, reply) => {
    const asset = assets.files.get(request.url.split("?", 1)[0] ?? "");
    if (asset === undefined) throw notFound();
    return sendAsset(request, reply, asset, "public, max-age=31536000, immutable");
  });

  app.get(elementPath, browserRoute, (request, reply) => {
    if (assets.dashboard === null) throw notFound();
    return sendAsset(request, reply, assets.dashboard.elementLoader, "no-cache");
  });
}
