/** One operation in a child of its own. */
import type { OperationName, Operations } from './protocol.ts'
import { type Call, type CallSetting, type ChildPlace, interrupted, startSession } from './session.ts'

/**
 * Runs one operation in a child process that is made for it.
 * @param operation which
 * @param input what it needs
 * @param setting where and how
 * @throws DevdbError `interrupted` when the signal came
 */
export async function callWorker<Name extends OperationName>(
  operation: Name,
  input: Operations[Name]['input'],
  setting: ChildPlace & CallSetting<Operations[Name]['note']>,
): Promise<Call<Operations[Name]['result']>> {
  if (setting.signal.aborted) throw interrupted()
  return startSession(setting).call(operation, input, setting, true)
}
