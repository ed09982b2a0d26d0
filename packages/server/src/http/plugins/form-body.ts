import type { App } from "../fastify.ts";

const formBytesMax = 8 * 1024;

/** Accepts HTML forms in this part of the app, and ignores other bodies. */
export function acceptForms(app: App): void {
  app.removeAllContentTypeParsers();
  const type = "application/x-www-form-urlencoded";
  app.addContentTypeParser(type, { parseAs: "string", bodyLimit: formBytesMax }, (_request, body, done) => {
    done(null, new URLSearchParams(String(body)));
  });
  app.addContentTypeParser("*", { parseAs: "string", bodyLimit: formBytesMax }, (_request, _body, done) => done(null));
}

/** Returns the fields of a form or query that occur once and are strings. */
export function readFields(source: unknown): Readonly<Record<string, string | undefined>> {
  const fields: Record<string, string | undefined> = Object.create(null) as Record<string, string | undefined>;
  const isForm = source instanceof URLSearchParams;
  const names = isForm ? new Set(source.keys()) : Object.keys(source ?? {});
  for (const name of names) {
    const value: unknown = isForm ? source.getAll(name) : (source as Record<string, unknown>)[name];
    const [text, more] = Array.isArray(value) ? value : [value];
    if (typeof text === "string" && more === undefined) fields[name] = text;
  }
  return fields;
}
