import { execFile } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createClient } from "@hey-api/openapi-ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useServer } from "../support/lifetimes.ts";
import { createPerson, type Person } from "../support/people.ts";
import { createTemporaryDirectory } from "../support/temporary-directory.ts";

const run = promisify(execFile);
const openapiPath = fileURLToPath(new URL("../../openapi.json", import.meta.url));
const compilerPath = fileURLToPath(new URL("../../../../node_modules/typescript/bin/tsc", import.meta.url));

/** A program that uses only the OpenAPI document: it signs in, and creates, uses, rotates and revokes a key. */
const program = `
import { client } from "./client/client.gen.js";
import * as api from "./client/sdk.gen.js";
import type { GetKeyErrors, RotateKeyErrors, SignInErrors, VerifyErrors } from "./client/types.gen.js";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type TypeOf<E extends { error: { type: unknown } }> = E["error"]["type"];
const typedErrors: [
  Same<TypeOf<SignInErrors[401]>, "SIGN_IN_FAILED">,
  Same<TypeOf<GetKeyErrors[404]>, "NOT_FOUND">,
  Same<TypeOf<VerifyErrors[401]>, "INVALID_CREDENTIALS" | "IP_NOT_ALLOWED" | "MISSING_CREDENTIALS">,
  Same<Extract<TypeOf<RotateKeyErrors[409]>, "KEY_REVOKED" | "ROTATION_IN_USE">, "KEY_REVOKED">,
] = [true, true, true, true];
// @ts-expect-error An operation has only the errors that the document declares.
const undeclared: Same<TypeOf<GetKeyErrors[404]>, "KEY_REVOKED"> = true;

const [baseUrl = "", email = "", password = ""] = process.argv.slice(2);
client.setConfig({ baseUrl });
const wrong = await api.signIn({ body: { email, password: "not the password at all" } });
const signedIn = await api.signIn({ body: { email, password }, throwOnError: true });
client.setConfig({ baseUrl, auth: signedIn.data.accessToken });
const created = await api.createKey({ body: { name: "CRM" }, throwOnError: true });
const { id, clientSecret } = created.data;
const use = async (secret: string) =>
  (await api.verify({ auth: ({ type }) => (type === "http" ? secret : undefined) })).response?.status;
const used = await use(clientSecret);
const rotated = await api.rotateKey({ path: { id }, body: {}, throwOnError: true });
const afterRotation = [await use(clientSecret), await use(rotated.data.clientSecret)];
const revoked = await api.revokeKey({ path: { id }, throwOnError: true });
const refused = await api.rotateKey({ path: { id }, body: {} });
const missing = await api.getKey({ path: { id: "00000000-0000-4000-8000-000000000000" } });
const listed = await api.listKeys({ throwOnError: true });
await api.signOut({ throwOnError: true });
console.log(
  JSON.stringify({
    typed: typedErrors.every(Boolean) && undeclared,
    wrong: wrong.error?.error.type,
    used,
    afterRotation,
    revoked: revoked.data.status,
    refused: refused.error?.error.type,
    missing: missing.error?.error.type,
    listed: listed.data.map(({ name, status }) => [name, status]),
    afterSignOut: (await api.getSession()).error?.error.type,
  }),
);
`;

describe("a client generated from openapi.json", () => {
  const directory = createTemporaryDirectory();
  const server = useServer();
  let person: Person;

  beforeAll(async () => {
    person = await createPerson(server.deps);
    await createClient({
      input: openapiPath,
      output: { path: join(directory.path, "client"), module: { extension: ".js" } },
      plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"],
      logs: { level: "silent", file: false },
    });
    writeFileSync(join(directory.path, "package.json"), JSON.stringify({ type: "module" }));
    writeFileSync(join(directory.path, "program.ts"), program);
    mkdirSync(join(directory.path, "node_modules/@types"), { recursive: true });
    const nodeTypes = fileURLToPath(new URL("../../../../node_modules/@types/node/", import.meta.url));
    cpSync(nodeTypes, join(directory.path, "node_modules/@types/node"), { recursive: true, dereference: true });
  });
  afterAll(async () => {
    directory.remove();
  });

  it("K-06 compiles strictly, has the errors of each operation as types, and runs the program", async () => {
    const options = ["--strict", "--target", "es2023", "--module", "nodenext", "--types", "node", "--skipLibCheck"];
    const cwd = directory.path;
    await run(process.execPath, [compilerPath, ...options, "--outDir", "out", "program.ts"], { cwd });
    writeFileSync(join(directory.path, "out/package.json"), JSON.stringify({ type: "module" }));
    const args = ["out/program.js", server.url, person.email, person.password];
    const { stdout } = await run(process.execPath, args, { cwd });
    expect(JSON.parse(stdout)).toEqual({
      typed: true,
      wrong: "SIGN_IN_FAILED",
      used: 200,
      afterRotation: [401, 200],
      revoked: "revoked",
      refused: "KEY_REVOKED",
      missing: "NOT_FOUND",
      listed: [["CRM", "revoked"]],
      afterSignOut: "UNAUTHORIZED",
    });
  });
});
