import { renameSync, writeFileSync } from "node:fs";

/**
 * A client with a known bug, which the trials must find: it finishes the rotation before it delivers the secret. Takes
 * the arguments of `briksync keys rotate ID --to file:PATH`.
 */
const [, , , , id, , spec = ""] = process.argv;
const path = spec.slice("file:".length);

async function post(call: string, json: object): Promise<Record<string, string>> {
  const response = await fetch(`${process.env["BRIKSYNC_SERVER"]}/external/v1/auth/keys/${id}/${call}`, {
    method: "POST",
    headers: { authorization: `Bearer ${process.env["BRIKSYNC_TOKEN"]}`, "content-type": "application/json" },
    body: JSON.stringify(json),
  });
  if (!response.ok) throw new Error(`${call} answered ${response.status}: ${await response.text()}`);
  return response.json() as Promise<Record<string, string>>;
}

const { rotationId, clientSecret = "" } = await post("rotate", { mode: "staged" });
const { leaseExpiresOn } = await post(`rotations/${rotationId}/renew`, {});
await post(`rotations/${rotationId}/finish`, { leaseExpiresOn });
writeFileSync(`${path}.new`, clientSecret, { mode: 0o600 });
renameSync(`${path}.new`, path);
