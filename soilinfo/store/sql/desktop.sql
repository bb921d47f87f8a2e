-- name: collections
SELECT collection, version, table_name, about FROM soilinfo_vector.collection ORDER BY collection

-- name: shown
SELECT relname, substr(obj_description(oid, 'pg_class'), length('version ') + 1) FROM pg_class
WHERE relnamespace = to_regnamespace('soilinfo_published') AND relkind = 'v'
  AND starts_with(obj_description(oid, 'pg_class'), 'version ')

-- name: columns
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum

-- name: may_style
SELECT CASE WHEN to_regclass('soilinfo_published.layer_styles') IS NOT NULL THEN false
       WHEN to_regclass('public.layer_styles') IS NULL THEN has_schema_privilege('public', 'CREATE')
       ELSE (SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('public.layer_styles')) END

-- name: create_styles
CREATE TABLE {home}.layer_styles (
    id serial PRIMARY KEY, f_table_catalog varchar, f_table_schema varchar, f_table_name varchar,
    f_geometry_column varchar, stylename text, styleqml xml, stylesld xml, useasdefault boolean, description text,
    owner varchar(63) DEFAULT current_user, ui xml, update_time timestamp DEFAULT current_timestamp, type varchar)

-- name: type_of_styles
ALTER TABLE {home}.layer_styles ADD COLUMN type varchar

-- name: forget_styles
DELETE FROM {home}.layer_styles
WHERE f_table_catalog = current_database() AND f_table_schema = %s
  AND (description LIKE %s OR (f_table_name, stylename) IN (SELECT * FROM unnest(CAST(%s AS text[]), CAST(%s AS text[]))))

-- name: add_style
INSERT INTO {home}.layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, stylename, styleqml,
                                 useasdefault, description, type)
SELECT current_database(), CAST(%(schema)s AS varchar), CAST(%(table)s AS varchar), %(geometry_column)s, %(name)s, CAST(%(qml)s AS xml),
       %(is_default)s AND NOT EXISTS (
           SELECT 1 FROM {home}.layer_styles
           WHERE f_table_catalog = current_database() AND f_table_schema = %(schema)s AND f_table_name = %(table)s
             AND useasdefault
       ), %(description)s, %(geometry)s

-- name: create_projects
CREATE TABLE IF NOT EXISTS soilinfo_published.qgis_projects (name text PRIMARY KEY, metadata jsonb, content bytea)

-- name: forget_projects
DELETE FROM soilinfo_published.qgis_projects WHERE metadata ->> 'last_modified_user' = %s OR name = ANY(%s)

-- name: add_project
INSERT INTO soilinfo_published.qgis_projects (name, metadata, content)
VALUES (%s, %s || jsonb_build_object('last_modified_time', current_timestamp), %s)
