import Type from "typebox";

/** UUID of a user, company, key or entry. */
export const Id = Type.String({ description: "UUID" });

/** ISO 8601 UTC with milliseconds. */
export const Timestamp = Type.String({ format: "date-time", description: "ISO 8601 UTC with milliseconds" });

/** A timestamp that may not have happened yet. */
export const NullableTimestamp = Type.Union([Timestamp, Type.Null()]);

/** Path parameters of one key. Any text is accepted: what is no id is simply not found. */
export const KeyParams = Type.Object({ id: Type.String({ description: "Id of the key" }) });

/** An empty JSON object; every field is refused. */
export const EmptyBody = Type.Object({}, { additionalProperties: false });
