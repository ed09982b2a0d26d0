import { BrikSync, createMemorySessionStore } from "../../src/index.ts";
import { type Observations, observe } from "./observe.ts";
import { sampleSecret } from "./sample-key.ts";

const ipAllowlist = ["203.0.113.0/24", "2001:db8::/32"];

/**
 * Verifies each credential from allowed addresses and from another one, before and after `downgrade` sets the company's
 * plan to FREE. So each refusal also meets the refusals that the server checks before and after it.
 */
export async function walkVerify(
  url: string,
  credentials: { readonly email: string; readonly password: string },
  downgrade: () => Promise<void>,
): Promise<Observations> {
  const admin = new BrikSync({ baseUrl: url, session: createMemorySessionStore() });
  await admin.auth.signIn(credentials);
  const { keys } = admin;
  const key = await keys.create({ name: "CRM", ipAllowlist });
  const rotated = await keys.create({ name: "Rotated", ipAllowlist });
  await keys.rotate(rotated.id);
  const revoked = await keys.create({ name: "Revoked", ipAllowlist });
  await keys.revoke(revoked.id);

  const secret = key.clientSecret.reveal();
  const pair = { "x-api-key": key.clientId, "x-api-secret": secret };
  const bearer = { authorization: `Bearer ${secret}` };
  const cases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    "no credential": {},
    "a pair": pair,
    "a secret": bearer,
    "a pair with another's id": { ...pair, "x-api-key": "api_ffffffffffffffffffffffff" },
    "half a pair": { "x-api-key": key.clientId },
    "both forms": { ...pair, ...bearer },
    "a wrong secret": { authorization: `Bearer ${sampleSecret}` },
    "another scheme": { authorization: "Basic abc" },
    "the old secret of a rotated key": { authorization: `Bearer ${rotated.clientSecret.reveal()}` },
    "the secret of a revoked key": { authorization: `Bearer ${revoked.clientSecret.reveal()}` },
  };
  const seen: Observations = {};
  const client = new BrikSync({ baseUrl: url });
  const verifyAll = async (plan: string): Promise<void> => {
    for (const [name, headers] of Object.entries(cases)) {
      for (const ip of ["203.0.113.7", "2001:db8:1::1", "8.8.8.8"]) {
        seen[`${name} from ${ip} on ${plan}`] = await observe(client.verify({ headers, ip }));
      }
    }
  };
  await verifyAll("BUSINESS");
  await downgrade();
  await verifyAll("FREE");
  return seen;
}
