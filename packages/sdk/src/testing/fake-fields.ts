import { isRecord, type JsonRecord } from "../call/json.ts";
import { readCidr } from "./fake-networks.ts";
import { FakeRefusal, refuseField } from "./fake-refusal.ts";

const listMax = 100;

/** The fields of a body. A method refuses a value of the wrong form with a 422 that names the field. */
export class FakeFields {
  readonly values: JsonRecord;

  /** Refuses missing and unknown fields. */
  constructor(body: unknown, required: readonly string[], optional: readonly string[] = []) {
    if (!isRecord(body)) throw new FakeRefusal("BAD_REQUEST", { message: "The body is empty. Send a JSON object" });
    const unknown = Object.keys(body).find((name) => !required.includes(name) && !optional.includes(name));
    if (unknown !== undefined) throw refuseField(`/${unknown}`, "is not a known field");
    const missing = required.find((name) => body[name] === undefined);
    if (missing !== undefined) throw refuseField(`/${missing}`, "is missing");
    this.values = body;
  }

  /** Returns whether an optional field was sent. */
  has(name: string): boolean {
    return this.values[name] !== undefined;
  }

  /** Returns a required string. */
  text(name: string): string {
    const text = this.values[name];
    if (typeof text !== "string") throw refuseField(`/${name}`, "must be string");
    return text;
  }

  /** Returns an optional boolean. The default is false. */
  flag(name: string): boolean {
    const flag = this.values[name] ?? false;
    if (typeof flag !== "boolean") throw refuseField(`/${name}`, "must be boolean");
    return flag;
  }

  /** Returns an optional whole number of seconds. */
  seconds(name: string, min: number, max: number): number | undefined {
    const seconds = this.values[name];
    if (seconds === undefined) return undefined;
    if (typeof seconds !== "number" || !Number.isInteger(seconds)) throw refuseField(`/${name}`, "must be integer");
    if (seconds < min || seconds > max) throw refuseField(`/${name}`, `must be from ${min} to ${max}`);
    return seconds;
  }

  /** Returns a required time that is after `now`. */
  futureTime(name: string, now: Date): Date {
    const time = new Date(this.text(name));
    if (Number.isNaN(time.getTime())) throw refuseField(`/${name}`, "must be an ISO 8601 time");
    if (time <= now) throw refuseField(`/${name}`, "must be in the future");
    return time;
  }

  /**
   * Returns the field `name` as the server stores it: composed, with single spaces, 1 to 100 characters, without
   * control characters.
   */
  name(): string {
    const name = this.text("name")
      .trim()
      .normalize("NFC")
      .replace(/\p{Space_Separator}+/gu, " ");
    if (name === "" || [...name].length > 100) throw refuseField("/name", "must have 1 to 100 characters");
    if (/\p{Cc}/u.test(name)) throw refuseField("/name", "must not contain control characters");
    return name;
  }

  /** Returns the networks of an optional list in canonical form, without duplicates. */
  cidrs(name: string): string[] {
    const { [name]: list = [] } = this.values;
    if (!Array.isArray(list) || list.length > listMax) throw refuseField(`/${name}`, "must have at most 100 entries");
    return [...new Set(list.map((cidr, index) => readCidr(cidr, `/${name}/${index}`)))];
  }
}
