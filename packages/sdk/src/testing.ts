export type { FakeBrikSyncOptions, FakeUserInput } from "./testing/fake-briksync.ts";
export { FakeBrikSync } from "./testing/fake-briksync.ts";
export type { FakeOperation } from "./testing/fake-routes.ts";
export type { Listening, RecordedCall } from "./testing/fake-server.ts";
export type { FakeCompany, FakePlan, FakeUser } from "./testing/fake-state.ts";
export type { Fault, FaultTarget } from "./testing/fault.ts";
