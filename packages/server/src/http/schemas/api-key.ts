import Type, { type TProperties } from "typebox";
import { graceSecondsMax } from "../../domain/secret-life.ts";
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

const secretProperties = {
  id: Id,
  createdOn: Timestamp,
  createdBy: Type.Union([Type.String(), Type.Null()], { description: "E-mail of whoever began it" }),
  expiresOn: Type.Union([Timestamp, Type.Null()], {
    description: "When a retiring secret ends, and when a pending one ends that was never used",
  }),
  firstUsedOn: NullableTimestamp,
  lastUsedAt: Type.Union([Timestamp, Type.Null()], { description: "At most 5 seconds behind" }),
  lastUsedIp: Type.Union([Type.String(), Type.Null()]),
  leaseExpiresOn: Type.Union([Timestamp, Type.Null()], {
    description: "Set for the rotation that has the key's lease, or had it last: until then no other one may begin",
  }),
} satisfies TProperties;

/** A rotation that is neither finished nor aborted: a second secret of the key that works. */
export const PendingRotation = Type.Object(secretProperties, {
  title: "PendingRotation",
  description: "A rotation that can be finished or aborted",
});

/** A live secret as the drain report shows it. */
export const LiveSecret = Type.Object(
  { ...secretProperties, state: Type.String({ description: "current, pending or retiring" }) },
  { title: "LiveSecret", description: "A secret that works; its id is that of the rotation it came from" },
);

/** Answer of renewRotation. */
export const RotationLease = Type.Object(
  {
    id: Id,
    leaseExpiresOn: { ...Timestamp, description: "Names the lease for finish and for the next renewal" },
    leaseSeconds: Type.Integer({ description: "Its length from now" }),
    wasTakenOver: Type.Boolean({
      description: "Another rotation had the lease meanwhile: deliver the secret again before you finish",
    }),
  },
  { title: "RotationLease", description: "The lease" },
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
  rotation: Type.Union([Type.Array(PendingRotation), Type.Null()], {
    description: "The rotations that are pending, oldest first; null when there is none",
  }),
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
    rotationId: Type.Optional(Type.String({ description: "UUID of the rotation; staged only" })),
    leaseExpiresOn: Type.Optional(Type.Union([Timestamp, Type.Null()], { description: "Staged only" })),
    expiresOn: Type.Optional(
      Type.Union([Timestamp, Type.Null()], { description: "When the secret ends unless it is used; staged only" }),
    ),
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

/** Longest time a replaced secret may go on working: a week. */
const GraceSeconds = Type.Integer({
  minimum: 0,
  maximum: graceSecondsMax,
  description: "How long the secrets that are replaced go on working; 0 ends them at once",
});

/** Request of rotateKey; the documented one is empty. */
export const RotateKeyRequest = Type.Object(
  {
    mode: Type.Optional(
      Type.Union([Type.Literal("immediate"), Type.Literal("staged")], {
        description: "staged adds a pending secret beside the current one; default immediate",
      }),
    ),
    graceSeconds: Type.Optional(GraceSeconds),
    expiresInSeconds: Type.Optional(
      Type.Integer({
        minimum: 60,
        maximum: 604_800,
        description: "staged: when the new secret ends if it is never used; default a day",
      }),
    ),
    takeOver: Type.Optional(
      Type.Boolean({ description: "staged: begin although another rotation is under way. For people" }),
    ),
  },
  { title: "RotateKeyRequest", additionalProperties: false },
);

/** Request of renewRotation. */
export const RenewRotationRequest = Type.Object(
  {
    leaseExpiresOn: Type.Optional({
      ...Timestamp,
      description: "The lease that the same process has and goes on with",
    }),
  },
  { title: "RenewRotationRequest", additionalProperties: false },
);

/** Request of finishRotation. */
export const FinishRotationRequest = Type.Object(
  {
    graceSeconds: Type.Optional(GraceSeconds),
    leaseExpiresOn: Type.Optional({
      ...Timestamp,
      description: "The lease under which the secret was delivered; refused when it was renewed or lost since",
    }),
    takeOver: Type.Optional(
      Type.Boolean({ description: "Finish although another rotation may have been delivered since. For people" }),
    ),
  },
  { title: "FinishRotationRequest", additionalProperties: false },
);

/** Request of abortRotation. */
export const AbortRotationRequest = Type.Object(
  { force: Type.Optional(Type.Boolean({ description: "End the secret although it was used already" })) },
  { title: "AbortRotationRequest", additionalProperties: false },
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
