'use strict'

// Schema 67d9bd91 → 6ef1d962

module.exports = {
  async up(queryInterface) {
    await queryInterface.sequelize.query('PRAGMA foreign_keys = OFF')
    try {
      await queryInterface.sequelize.query('BEGIN IMMEDIATE')
      try {
        for (const statement of [
          'CREATE TEMP TABLE orphans_before_migration AS SELECT count(*) AS rows FROM pragma_foreign_key_check',
          `CREATE TABLE "teams" (
            "id" INTEGER PRIMARY KEY AUTOINCREMENT,
            "name" VARCHAR(255) NOT NULL,
            UNIQUE ("name")
          )`,
          // SQLite cannot change a column, so the table is rebuilt. Its indexes and triggers are those that were known
          // when this was drafted.
          `CREATE TABLE "new_users_ff61d52d" (
            "id" INTEGER PRIMARY KEY AUTOINCREMENT,
            "nick" TEXT NOT NULL DEFAULT '',
            "email" VARCHAR(255),
            "age" INTEGER,
            "active" TINYINT(1) NOT NULL DEFAULT 1
          )`,
          `INSERT INTO "new_users_ff61d52d" ("id", "nick", "email", "age")
          SELECT "users"."id", coalesce("users"."nick", ''), "users"."email", "users"."age"
          FROM "users"`,
          "DELETE FROM sqlite_sequence WHERE name = 'new_users_ff61d52d'",
          "INSERT INTO sqlite_sequence (name, seq) SELECT 'new_users_ff61d52d', seq FROM sqlite_sequence WHERE name = 'users' COLLATE NOCASE",
          'PRAGMA legacy_alter_table = ON',
          'DROP TABLE "users"',
          'ALTER TABLE "new_users_ff61d52d" RENAME TO "users"',
          'PRAGMA legacy_alter_table = OFF',
          'CREATE INDEX "users_email" ON "users" ("email")',
          'CREATE TEMP TABLE orphans_of_migration (rows CHECK (rows <= 0))',
          'INSERT INTO orphans_of_migration SELECT (SELECT count(*) FROM pragma_foreign_key_check) - rows FROM orphans_before_migration',
          'DROP TABLE temp.orphans_before_migration',
          'DROP TABLE temp.orphans_of_migration',
          'COMMIT',
        ]) {
          await queryInterface.sequelize.query(statement)
        }
      } catch (error) {
        await queryInterface.sequelize.query('ROLLBACK').catch(() => undefined)
        throw error
      }
    } finally {
      await queryInterface.sequelize.query('PRAGMA legacy_alter_table = OFF')
      await queryInterface.sequelize.query('PRAGMA foreign_keys = ON')
    }
  },

  async down(queryInterface) {
    await queryInterface.sequelize.query('PRAGMA foreign_keys = OFF')
    try {
      await queryInterface.sequelize.query('BEGIN IMMEDIATE')
      try {
        for (const statement of [
          'CREATE TEMP TABLE orphans_before_migration AS SELECT count(*) AS rows FROM pragma_foreign_key_check',
          // SQLite cannot change a column, so the table is rebuilt. Its indexes and triggers are those that were known
          // when this was drafted.
          `CREATE TABLE "new_users_e677b6f3" (
            "id" INTEGER PRIMARY KEY AUTOINCREMENT,
            "nick" VARCHAR(255),
            "email" VARCHAR(255),
            "age" INTEGER
          )`,
          `INSERT INTO "new_users_e677b6f3" ("id", "nick", "email", "age")
          SELECT "users"."id", "users"."nick", "users"."email", "users"."age"
          FROM "users"`,
          "DELETE FROM sqlite_sequence WHERE name = 'new_users_e677b6f3'",
          "INSERT INTO sqlite_sequence (name, seq) SELECT 'new_users_e677b6f3', seq FROM sqlite_sequence WHERE name = 'users' COLLATE NOCASE",
          'PRAGMA legacy_alter_table = ON',
          'DROP TABLE "users"',
          'ALTER TABLE "new_users_e677b6f3" RENAME TO "users"',
          'PRAGMA legacy_alter_table = OFF',
          'CREATE INDEX "users_email" ON "users" ("email")',
          'DROP TABLE "teams"',
          'CREATE TEMP TABLE orphans_of_migration (rows CHECK (rows <= 0))',
          'INSERT INTO orphans_of_migration SELECT (SELECT count(*) FROM pragma_foreign_key_check) - rows FROM orphans_before_migration',
          'DROP TABLE temp.orphans_before_migration',
          'DROP TABLE temp.orphans_of_migration',
          'COMMIT',
        ]) {
          await queryInterface.sequelize.query(statement)
        }
      } catch (error) {
        await queryInterface.sequelize.query('ROLLBACK').catch(() => undefined)
        throw error
      }
    } finally {
      await queryInterface.sequelize.query('PRAGMA legacy_alter_table = OFF')
      await queryInterface.sequelize.query('PRAGMA foreign_keys = ON')
    }
  },
}
