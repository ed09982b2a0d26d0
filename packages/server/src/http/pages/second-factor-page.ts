import type { FastifyReply } from "fastify";
import type { CodeFactor } from "../../domain/identity/identity-provider.ts";
import { secondFactorPath } from "../answer-sign-in.ts";
import type { Assets } from "../assets.ts";
import { escapeHtml, sendPlainPage } from "./send-html.ts";

/** Notices of the page, by the query parameter `notice`. Other values show nothing. */
export const factorNotices = {
  wrong_code: "This code did not work. Wait until your app shows a new one, or request another message.",
  code_sent: "The message is on its way.",
  code_not_sent: "The message could not be sent. Wait a minute, then try again.",
  temporarily_unavailable: "Sign-in is temporarily unavailable. Try again in a moment.",
  too_many_attempts: "Too many attempts. Wait before you try again.",
} as const;

/** Name of a notice. */
export type FactorNotice = keyof typeof factorNotices;

/** Content of the page. `position` selects the factor that it asks for. */
export interface SecondFactorPage {
  readonly notice: FactorNotice | null;
  readonly factors: readonly CodeFactor[];
  readonly position: number;
  /** ID of the phone to which a code was sent, if any. */
  readonly challengedId: string | null;
}

/** Returns the name of a factor as HTML. Users choose these names. */
function describeFactor({ kind, name }: CodeFactor): string {
  const what = kind === "app" ? "authenticator app" : "phone";
  return name === null ? what : `${what} “${escapeHtml(name)}”`;
}

function renderCodeForm(factor: CodeFactor, position: number, notice: FactorNotice | null): string {
  const name = describeFactor(factor);
  const source =
    factor.kind === "app" ? `Your ${name} shows the code.` : `The message to your ${name} contains the code.`;
  // The field has the focus, so screen readers read the notice with it.
  const described = notice === null ? "source" : "notice source";
  const invalid = notice === "wrong_code" ? ` aria-invalid="true"` : "";
  return `<form method="post" action="/api/auth/second-factor">
<p><label>Code <input name="code" required inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]*" maxlength="20" autofocus aria-describedby="${described}"${invalid}></label></p>
<p id="source">${source}</p>
<input type="hidden" name="factor" value="${position}">
<p><button>Sign in</button></p>
</form>`;
}

function renderSendForm(factor: CodeFactor, position: number, isSent: boolean): string {
  const [label, style] = isSent ? ["Send another code", ` class="quiet"`] : ["Send the code", ""];
  const lead = isSent ? "" : `<p>A text message to your ${describeFactor(factor)} contains the code.</p>\n`;
  return `${lead}<form method="post" action="/api/auth/second-factor/send">
<input type="hidden" name="factor" value="${position}">
<p><button${style}>${label}</button></p>
</form>`;
}

function renderFactor(factor: CodeFactor, { position, challengedId, notice }: SecondFactorPage): string {
  if (factor.kind === "app") return renderCodeForm(factor, position, notice);
  const isSent = challengedId === factor.id;
  const send = renderSendForm(factor, position, isSent);
  return isSent ? `${renderCodeForm(factor, position, notice)}\n${send}` : send;
}

function renderOthers(factors: readonly CodeFactor[], position: number): string {
  const items = factors.map((factor, index) =>
    index === position
      ? ""
      : `<li><a href="${secondFactorPath}?factor=${index}">Use the ${describeFactor(factor)}</a></li>\n`,
  );
  return factors.length === 1 ? "" : `<ul>\n${items.join("")}</ul>\n`;
}

/** Sends the page that asks for the second factor. It works without script. */
export function sendSecondFactorPage(reply: FastifyReply, page: SecondFactorPage, assets: Assets): FastifyReply {
  const { notice, factors, position } = page;
  const factor = factors[position];
  const lead = notice === null ? "" : `<p role="status" id="notice">${factorNotices[notice]}</p>\n`;
  const form = factor === undefined ? "" : renderFactor(factor, page);
  const content = `<h1>Enter your second factor</h1>
${lead}${form}
<hr>
${renderOthers(factors, position)}<form method="post" action="/api/auth/second-factor/cancel">
<p><button class="quiet">Start again</button></p>
</form>`;
  return sendPlainPage(reply, assets, "Second factor", content);
}
