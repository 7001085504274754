/** What Sequelize calls the table of a model that names none. */
import { loadSequelize } from './load-sequelize.ts'

/**
 * The plural by the project's own Sequelize: https://sequelize.org/docs/v6/core-concepts/model-basics/#table-name-inference
 * @param root the project
 * @param model the model's name
 * @returns the name itself where the project has no Sequelize
 */
export function pluralName(root: string, model: string): string {
  try {
    const { Utils } = loadSequelize(root) as unknown as { readonly Utils: { pluralize(word: string): string } }
    return Utils.pluralize(model)
  } catch {
    return model
  }
}
