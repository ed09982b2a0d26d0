import type { FastifyReply } from "fastify";
import type { Assets } from "../assets.ts";
import { escapeHtml, sendPlainPage } from "./send-html.ts";

/** Notices of the sign-in page, by the query parameter `auth`. Other values show nothing. */
export const signInNotices = {
  failed:
    "Sign-in failed. Check the email address or username and the password. Open an email link in the browser in which you requested it.",
  denied: "Sign-in was canceled.",
  not_invited: "This account has no invitation, or its email address is not verified. Ask your administrator.",
  second_factor_unsupported:
    "The second factor of this account is a security key or passkey, which this page cannot ask for. Add an authenticator app to your account in the web application, then sign in again.",
  second_factor_ended: "The sign-in took too long, failed too often, or was already finished. Sign in again.",
  temporarily_unavailable: "Sign-in is temporarily unavailable. Try again later.",
  too_many_attempts: "Too many attempts. Wait before you try again.",
  email_sent: "If the address belongs to an account, you will receive an email with a link. Open it in this browser.",
  signed_out: "You are signed out.",
} as const;

/** Name of a notice. */
export type SignInNotice = keyof typeof signInNotices;

/** The ways to sign in: always with a password, and through the identity provider if there is one. */
interface SignInPageMethods {
  readonly providers: readonly string[];
  readonly hasEmailLinks: boolean;
}

/** Content of the page: the signed-in user, or how to sign in. */
export interface SignInPage {
  readonly notice: string | null;
  readonly signedIn: { readonly email: string; readonly companyName: string } | null;
  readonly methods: SignInPageMethods;
  /** The URL to open instead if the browser would drop the cookie, because it loaded this page without TLS. */
  readonly needsTls: { readonly publicUrl: string | null } | null;
  readonly returnTo: string;
}

function renderForms({ providers, hasEmailLinks }: SignInPageMethods, returnTo: string): string {
  const back = `<input type="hidden" name="returnTo" value="${escapeHtml(returnTo)}">`;
  const links = providers.map((provider) => {
    const query = new URLSearchParams({ provider, returnTo });
    return `<p><a href="/api/auth/start?${escapeHtml(query.toString())}">Continue with ${escapeHtml(provider)}</a></p>`;
  });
  const mail = `<form method="post" action="/api/auth/start">
<p><label>Email <input type="email" name="email" required maxlength="320" autocomplete="email"></label></p>
${back}
<p><button class="quiet">Email me a link</button></p>
</form>`;
  return `<form method="post" action="/api/auth/signin">
<p><label>Email or username <input name="email" required maxlength="320" autocomplete="username" autocapitalize="none" spellcheck="false"></label></p>
<p><label>Password <input type="password" name="password" required maxlength="1024" autocomplete="current-password"></label></p>
${back}
<p><button>Sign in</button></p>
</form>
${[...(providers.length > 0 || hasEmailLinks ? ["<hr>"] : []), ...links, ...(hasEmailLinks ? [mail] : [])].join("\n")}`;
}

function renderContent({ signedIn, methods, needsTls, returnTo }: SignInPage): string {
  if (signedIn !== null) {
    return `<p>Signed in as ${escapeHtml(signedIn.email)} at ${escapeHtml(signedIn.companyName)}.</p>
<p><a href="/settings/api-access">Open Settings → API Access</a></p>
<form method="post" action="/api/auth/signout"><p><button class="quiet">Sign out</button></p></form>`;
  }
  if (needsTls === null) return renderForms(methods, returnTo);
  const url = needsTls.publicUrl === null ? null : escapeHtml(`${needsTls.publicUrl}/login`);
  const other = url === null ? "Ask your administrator for its https:// address." : `Open <a href="${url}">${url}</a>.`;
  return `<p>Sign-in needs HTTPS, because browsers do not keep the session of this page without it. ${other}</p>`;
}

/** Sends the page. It works without script. */
export function sendSignInPage(reply: FastifyReply, page: SignInPage, assets: Assets): FastifyReply {
  const notice = page.notice === null ? "" : `<p role="status">${escapeHtml(page.notice)}</p>\n`;
  return sendPlainPage(reply, assets, "Sign in", `<h1>Sign in to BrikSync</h1>\n${notice}${renderContent(page)}`);
}

/** Sends a page that asks whether to sign out, for a link on a page of another origin. */
export function sendSignOutQuestion(reply: FastifyReply, assets: Assets): FastifyReply {
  const body = `<h1>Sign out of BrikSync?</h1>
<form method="post" action="/api/auth/signout"><p><button>Sign out</button></p></form>
<p><a href="/settings/api-access">Stay signed in</a></p>`;
  return sendPlainPage(reply, assets, "Sign out", body);
}
