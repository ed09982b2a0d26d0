import { AppError } from "../../errors.ts";
import type { App } from "../fastify.ts";
import { acceptEmptyBodies } from "./request-checks.ts";

/** Media type of forms. */
export const formType = "application/x-www-form-urlencoded";
/** Maximum size of a form. A token has at most 16,000 characters, and a form may encode each with three characters. */
const formBytesMax = 56 * 1024;

/** Parses a form. Each field must occur once (RFC 6749, section 3.2). */
function parseForm(body: string): Readonly<Record<string, string>> {
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(body)) {
    if (fields.has(name)) throw new AppError("BAD_REQUEST", { message: "A field of the form occurs twice" });
    fields.set(name, value);
  }
  return Object.fromEntries(fields);
}

/** Accepts forms instead of JSON in this part of the app, as OAuth requires. */
export function acceptFormBodies(app: App): void {
  app.removeAllContentTypeParsers();
  acceptEmptyBodies(app, () => new AppError("UNSUPPORTED_MEDIA_TYPE", { message: `Send the body as ${formType}` }));
  app.addContentTypeParser(formType, { parseAs: "string", bodyLimit: formBytesMax }, (_request, body, done) => {
    try {
      done(null, parseForm(String(body)));
    } catch (error) {
      done(error as Error);
    }
  });
}
