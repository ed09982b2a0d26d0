import { expect, it, onTestFinished } from "vitest";
import { Browser, signInWithForm } from "../support/browser.ts";
import { findSecrets } from "../support/canary.ts";
import { findFreePort } from "../support/child-process.ts";
import { useFakeSupabase } from "../support/fake-supabase.ts";
import { createFactor, readApp } from "../support/fake-supabase-factors.ts";
import { createHttpClient } from "../support/http-client.ts";
import { useDependencies, useTestDatabase } from "../support/lifetimes.ts";
import { createPerson } from "../support/people.ts";
import { enterCode, factorPage, ticketCookie } from "../support/second-factors.ts";
import { type ServerProcess, spawnServer } from "../support/spawn-server.ts";

const secretsOfServer = {
  BRIKSYNC_JWT_SECRET: "a signing secret of more than 32 bytes",
  BRIKSYNC_KEY_PEPPER: "a pepper of a bit more than thirty-two bytes",
};

it("S-10 S-50 a sign-in survives kill -9 between its steps, and leaves nothing readable in the database or log", async () => {
  const supabase = await useFakeSupabase();
  const database = await useTestDatabase();
  const port = await findFreePort();
  const env = {
    ...database.env,
    ...secretsOfServer,
    SUPABASE_URL: supabase.url,
    SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey,
    PUBLIC_URL: "https://briksync.example.com",
    PORT: String(port),
    LOG_LEVEL: "trace",
  };
  const person = await createPerson(await useDependencies(env));
  const phone = createFactor("phone", { name: "the phone at work" });
  supabase.project.addUser({ email: person.email, password: person.password, factors: [phone, createFactor("totp")] });
  let server: ServerProcess = await spawnServer(env);
  let log = "";
  const restart = async (): Promise<void> => {
    await server.stop("SIGKILL");
    log += server.stdout() + server.stderr();
    server = await spawnServer(env);
  };
  onTestFinished(async () => void (await server.stop("SIGKILL")));
  const client = createHttpClient(`http://127.0.0.1:${port}`);
  onTestFinished(() => client.close());
  const browser = new Browser({ server: client });

  const asked = await signInWithForm(browser, person, "/device?code=BCDF-GHJK");
  expect(asked.headers.location).toBe(factorPage);
  await restart();
  const sent = await browser.open("/api/auth/second-factor/send", { factor: "1" });
  expect(sent.headers.location).toBe(`${factorPage}?notice=code_sent&factor=1`);
  await restart();

  const [code = ""] = supabase.project.challenges.messages;
  const [session] = supabase.project.sessions;
  if (session === undefined) throw new Error("The project has no session");
  const payload = (await supabase.project.signToken(session)).split(".")[1] ?? "";
  const secrets = {
    ticket: browser.cookies.get(ticketCookie) ?? "",
    refreshToken: session.refreshToken,
    // The middle of a token does not depend on the time at which it was issued.
    tokenPart: payload.slice(0, 120),
    returnPath: "BCDF-GHJK",
    factorId: phone.id,
    factorName: phone.name,
  };
  for (const content of await database.readBytes()) expect(findSecrets(content, secrets)).toEqual([]);

  // The server dies after Supabase has accepted the code and before the session is open.
  supabase.beforeReadUser = async () => {
    supabase.beforeReadUser = async () => undefined;
    server.child.kill("SIGKILL");
    await server.exited();
  };
  await expect(enterCode(browser, code, 1)).rejects.toThrow();
  expect(session.aal).toBe("aal2");
  await restart();
  const [, app] = supabase.project.users[0]?.factors ?? [];
  if (app === undefined) throw new Error("The user has no app");
  const done = await enterCode(browser, readApp(app, new Date()), 0);
  expect(done.headers.location).toBe("/device?code=BCDF-GHJK");
  expect((await browser.fetch("/api/auth/token")).status).toBe(200);
  expect(supabase.project.sessions.every(({ isEnded }) => isEnded)).toBe(true);
  await server.stop();
  log += server.stdout() + server.stderr();
  expect(log).toContain("/api/auth/second-factor");
  expect(findSecrets(log, { ...secrets, code, session: browser.cookies.get("__Host-briksync_session") ?? "" })).toEqual(
    [],
  );
  for (const content of await database.readBytes()) expect(findSecrets(content, secrets)).toEqual([]);
}, 120_000);
