import Type, { type TProperties } from "typebox";
import { Id, NullableTimestamp, Timestamp } from "./primitives.ts";

/** One allowed address range of a key. */
export const AllowedIp = Type.Object(
  {
    id: Id,
    cidr: Type.String({ description: "Canonical, always with prefix: 203.0.113.0/24, 2001:db8::/32" }),
    note: Type.Union([Type.String(), Type.Null()]),
    createdOn: Timestamp,
    expiresAt: Type.Union([Timestamp, Type.Null()], {
      description: "From then on the entry matches nobody; the list stays restrictive",
    }),
  },
  { title: "AllowedIp", description: "The entry" },
);

const keyProperties = {
  id: Id,
  name: Type.String(),
  clientId: Type.String({ description: "api_ and 24 hex digits" }),
  status: Type.String({ description: "active or revoked" }),
  lastUsedAt: Type.Union([Timestamp, Type.Null()], { description: "At most 5 seconds behind; null before first use" }),
  createdOn: Timestamp,
  ipAllowlist: Type.Array(AllowedIp, { description: "Empty: every address may use the key" }),
  lastUsedIp: Type.Union([Type.String(), Type.Null()]),
  rotatedOn: NullableTimestamp,
  revokedOn: NullableTimestamp,
  rotation: Type.Null({ description: "No staged rotation is pending" }),
} satisfies TProperties;

/** A key as listed: the documented fields, then the additive ones. */
export const ApiKey = Type.Object(keyProperties, { title: "ApiKey", description: "The key" });

/** The documented array of keys. */
export const ApiKeyList = Type.Array(ApiKey, { description: "The keys" });

/** A key with the secret that is shown only in this answer. */
export const ApiKeyWithSecret = Type.Object(
  {
    ...keyProperties,
    clientSecret: Type.String({ description: "sec_ and 48 hex digits; cannot be retrieved again" }),
  },
  { title: "ApiKeyWithSecret", description: "The key with its new secret" },
);

/** Filters of listKeys. */
export const KeysQuery = Type.Object(
  {
    status: Type.Optional(Type.Union([Type.Literal("active"), Type.Literal("revoked")])),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 1000 })),
    cursor: Type.Optional(Type.String({ maxLength: 512 })),
  },
  { additionalProperties: false },
);

/** Request of createKey (`ipAllowlist` is additive). */
export const CreateKeyRequest = Type.Object(
  {
    name: Type.String({ description: "1–100 characters after trimming" }),
    ipAllowlist: Type.Optional(
      Type.Array(Type.String({ maxLength: 64 }), { maxItems: 100, description: "Addresses or CIDR ranges" }),
    ),
  },
  { title: "CreateKeyRequest", additionalProperties: false },
);

/** Request of renameKey. */
export const RenameKeyRequest = Type.Object(
  { name: Type.String({ description: "1–100 characters after trimming" }) },
  { title: "RenameKeyRequest", additionalProperties: false },
);

/** Request of allowIp. */
export const AllowIpRequest = Type.Object(
  {
    cidr: Type.String({ maxLength: 64, description: "Address or CIDR range, for example 203.0.113.0/24" }),
    note: Type.Optional(
      Type.Union([Type.String({ maxLength: 800 }), Type.Null()], { description: "Up to 200 characters" }),
    ),
    expiresAt: Type.Optional(Type.Union([Timestamp, Type.Null()])),
  },
  { title: "AllowIpRequest", additionalProperties: false },
);

/** Answer of verify to reverse proxies and services. */
export const Verification = Type.Object(
  {
    keyId: Id,
    clientId: Type.String(),
    companyId: Id,
    companyName: Type.String(),
    name: Type.String({ description: "Name of the key" }),
    secret: Type.String({ description: "current, pending or retiring" }),
  },
  { title: "Verification", description: "The credential may act" },
);
