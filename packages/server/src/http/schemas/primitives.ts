import Type from "typebox";

/** UUID of a user, company, key or entry. */
export const Id = Type.String({ description: "UUID" });

/** ISO 8601 UTC with milliseconds. */
export const Timestamp = Type.String({ format: "date-time", description: "ISO 8601 UTC with milliseconds" });

/** A timestamp that may not have happened yet. */
export const NullableTimestamp = Type.Union([Timestamp, Type.Null()]);

/** Path parameters of one key. Any text is accepted: what is no id is simply not found. */
export const KeyParams = Type.Object({ id: Type.String({ description: "Id of the key" }) });

/** Path parameters of one rotation of a key. */
export const RotationParams = Type.Object({
  ...KeyParams.properties,
  rotationId: Type.String({ description: "Id of the rotation" }),
});

/** The header of calls that may be repeated. Its form is checked by `plugins/idempotency-key.ts`. */
export const IdempotencyHeaders = Type.Object({
  "idempotency-key": Type.Optional(
    Type.String({
      description:
        "1–255 visible ASCII characters, new for every call: the same one gives the same answer for 24 hours",
    }),
  ),
});

/** An empty JSON object; every field is refused. */
export const EmptyBody = Type.Object({}, { additionalProperties: false });
