import { describe, expect, it } from "vitest";
import { endUserAccess } from "../../src/domain/accounts/manage-user.ts";
import { expectError } from "../support/expect-error.ts";
import { createGate } from "../support/gate.ts";
import { useServer, useTestServer } from "../support/lifetimes.ts";
import { callSessions } from "../support/own-sessions.ts";
import { createSignedIn, otherPassword, type SignedIn, signInPerson } from "../support/people.ts";
import type { TestServer } from "../support/start-server.ts";

const jwtSecret = "a signing secret of more than 32 bytes";
const auth = "/external/v1/auth";
const thirdPassword = "copper harbor violet engine";

describe("sessions", () => {
  const server = useServer({ BRIKSYNC_JWT_SECRET: jwtSecret, REFRESH_TOKEN_TTL: "3600" });
  const { getMe, refresh } = callSessions(server);

  describe("changes that apply from the next request", () => {
    it("S-07 changing the password ends every other session and keeps this one", async () => {
      const person = await createSignedIn(server);
      const elsewhere = await signInPerson(server, person);
      const changed = await server.call("POST", `${auth}/password`, {
        token: person.token,
        json: { currentPassword: person.password, newPassword: otherPassword },
      });
      expect(changed.status).toBe(204);
      expectError(await getMe(elsewhere.token), "UNAUTHORIZED");
      expectError(await refresh(elsewhere.refreshToken), "UNAUTHORIZED");
      expect((await getMe(person.token)).status).toBe(200);
      expect((await refresh(person.refreshToken)).status).toBe(200);
      await expect(signInPerson(server, person)).rejects.toThrow("401");
      await signInPerson(server, { ...person, password: otherPassword });
    });

    const interruptions: [string, (server: TestServer, person: SignedIn) => Promise<unknown>, string][] = [
      ["the session ends", (own, { token }) => own.call("POST", `${auth}/signout`, { token }), "UNAUTHORIZED"],
      [
        "the user is disabled",
        (own, { userId }) =>
          own.deps.store.transact(({ users }) => users.setDisabled(userId, own.clock.now().toISOString())),
        "UNAUTHORIZED",
      ],
      [
        "the session expires",
        async (own) => own.clock.advance(own.deps.settings.refreshTokenTtlSeconds * 1000 + 1),
        "UNAUTHORIZED",
      ],
      [
        "another password is set",
        (own, { userId }) =>
          own.deps.store.transact(async ({ users }) => {
            const before = (await users.findById(userId))?.passwordHash ?? "";
            expect(await users.replacePassword(userId, before, await own.deps.passwords.hash(thirdPassword))).toBe(
              true,
            );
          }),
        "SIGN_IN_FAILED",
      ],
    ];
    it.each(interruptions)(
      "S-07 S-60 changes no password if %s while the new one is hashed",
      async (_name, work, refusal) => {
        let meanwhile: (() => Promise<unknown>) | null = null;
        const own = await useTestServer({}, (deps) => ({
          ...deps,
          passwords: {
            ...deps.passwords,
            hash: async (password) => {
              const phc = await deps.passwords.hash(password);
              const now = meanwhile;
              meanwhile = null;
              await now?.();
              return phc;
            },
          },
        }));
        const person = await createSignedIn(own);
        const elsewhere = await signInPerson(own, person);
        const readUser = () => own.database.query("select * from users where id = ?", person.userId);
        let during: unknown;
        meanwhile = async () => {
          await work(own, person);
          during = await readUser();
        };
        const response = await own.call("POST", `${auth}/password`, {
          token: person.token,
          json: { currentPassword: person.password, newPassword: otherPassword },
        });
        expectError(response, refusal as never);
        expect(during).toBeDefined();
        expect(await readUser()).toEqual(during);
        const [session] = await own.database.query("select revoked_on from sessions order by created_on desc limit 1");
        expect(session).toEqual({ revoked_on: null });
        expect(elsewhere.token).not.toBe(person.token);
      },
    );

    it("S-07 S-60 changes no password after a command has started to end the user's sessions", async () => {
      const own = await useTestServer();
      const person = await createSignedIn(own);
      const { store } = own.deps;
      const { transact } = store;
      const [hasEnded, mayCommit] = [createGate(), createGate()];
      const end = (): Promise<void> =>
        transact.call(store, async (repositories) => {
          await repositories.users.lockUser(person.userId);
          await endUserAccess({ ...own.deps, store: repositories, transact: undefined }, person.userId);
          hasEnded.open();
          await mayCommit.opened;
        }) as Promise<void>;
      store.transact = async <T>(work: Parameters<typeof transact<T>>[0]): Promise<T> => {
        store.transact = transact;
        const ending = end();
        await hasEnded.opened;
        const changing = transact.call(store, work) as Promise<T>;
        // On SQLite, the store itself runs transactions one after another.
        const waiting =
          "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        if (own.database.engine === "postgres") await expect.poll(() => own.database.query(waiting)).toHaveLength(1);
        mayCommit.open();
        await ending;
        return changing;
      };
      const response = await own.call("POST", `${auth}/password`, {
        token: person.token,
        json: { currentPassword: person.password, newPassword: otherPassword },
      });
      expectError(response, "UNAUTHORIZED");
      await signInPerson(own, person);
    });

    it("S-62 a wrong current password is recorded with the company, the person and the request", async () => {
      const person = await createSignedIn(server);
      const refused = await server.call("POST", `${auth}/password`, {
        token: person.token,
        json: { currentPassword: thirdPassword, newPassword: otherPassword },
      });
      expectError(refused, "SIGN_IN_FAILED");
      const { body } = await server.call("GET", `${auth}/audit?action=password.change_failed`, { token: person.token });
      expect(body).toHaveLength(1);
      expect(body[0]).toMatchObject({
        actorId: person.userId,
        ip: "127.0.0.1",
        requestId: refused.headers["x-request-id"],
        details: {},
      });
    });
  });
});
