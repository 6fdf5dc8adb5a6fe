/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files -> facts: each class that is a model, in two passes. All models are known by their labels
 * before the first key that leads to one is read.
 */
#include "base/file.h"
#include "models/django.h"

/* ---- facts ---- */

static const gm_dj_field *field_named(const gm_dj_fields *all, gm_str name)
{
    for (size_t i = 0; all && i < all->len; i++)
        if (gm_str_eq(all->items[i].name, name))
            return &all->items[i];
    return NULL;
}

void gm_dj_add(gm_dj *dj, const gm_dj_class *model, gm_str what, gm_str text, const gm_strs *fields,
               const gm_dj_fields *all, gm_orm_fact fact)
{
    gm_arena *arena = dj->sa.arena;
    const gm_sa_table *table = &model->table;
    fact.object = gm_str_printf(arena, "%.*s of %.*s", GM_ARG(what), GM_ARG(table->name));
    fact.text = gm_str_printf(arena, "%.*s: %.*s", GM_ARG(fact.object), GM_ARG(text));
    fact.table = table->known ? table->name : GM_STR("");
    fact.model = model->label;
    for (size_t i = 0; fields && i < fields->len; i++) {
        const gm_dj_field *field = field_named(all, fields->items[i]);
        gm_vec_push(arena, &fact.fields, gm_str_lower(arena, fields->items[i]));
        gm_vec_push(arena, &fact.columns, field ? field->column : fields->items[i]);
    }
    gm_vec_push(arena, &dj->sa.facts, fact);
}

static gm_str table_of(const gm_dj *dj, gm_str label)
{
    const gm_dj_class *model = gm_map_get(&dj->labels, label);
    return model && model->table.known ? model->table.name : label;
}

static gm_str key_text(const gm_dj *dj, const gm_dj_field *field)
{
    gm_str table = table_of(dj, field->target);
    if (!field->to_field.len)
        return table;
    return gm_str_printf(dj->sa.arena, "%.*s.%.*s", GM_ARG(table), GM_ARG(field->to_field));
}

/* Without `through` it has a table of its own. */
static void add_many(gm_dj *dj, const gm_dj_class *model, const gm_dj_field *field)
{
    gm_arena *arena = dj->sa.arena;
    gm_strs names = {0};
    if (field->through)
        return;
    gm_vec_push(arena, &names, field->name);
    gm_orm_fact fact = {.unresolved = field->unresolved || !field->target_known,
                        .is_certain = true,
                        .other = field->target,
                        .path = field->path,
                        .line = field->line};
    gm_str text = gm_str_printf(arena, "%.*s constraint=%s%.*s%s%.*s", GM_ARG(key_text(dj, field)),
                                field->constraint ? "yes" : "no", GM_ARG(field->rest),
                                field->column.len ? " table=" : "", GM_ARG(field->column));
    gm_dj_add(dj, model, gm_str_printf(arena, "many-to-many %.*s", GM_ARG(field->name)), text,
              &names, NULL, fact);
    /* The columns of that table are none of this one. */
    dj->sa.facts.items[dj->sa.facts.len - 1].columns = (gm_strs){0};
}

static void add_parts(gm_dj *dj, const gm_dj_class *model, const gm_dj_fields *all,
                      const gm_dj_field *field, const gm_strs *names)
{
    gm_arena *arena = dj->sa.arena;
    gm_orm_fact fact = {.path = field->path, .line = field->line};
    gm_str column = field->column;
    if (field->kind == GM_DJ_KEY && field->constraint) {
        gm_orm_fact key = fact;
        key.unresolved = !field->target_known;
        key.other = field->target;
        gm_dj_add(dj, model, gm_str_printf(arena, "foreign key (%.*s)", GM_ARG(column)),
                  key_text(dj, field), names, all, key);
    }
    if (field->unique && !field->primary)
        gm_dj_add(dj, model, gm_str_printf(arena, "unique (%.*s)", GM_ARG(column)), GM_STR(""),
                  names, all, fact);
    else if (field->index && !field->primary)
        gm_dj_add(dj, model, gm_str_printf(arena, "index (%.*s)", GM_ARG(column)), GM_STR(""),
                  names, all, fact);
}

static void add_column(gm_dj *dj, const gm_dj_class *model, const gm_dj_fields *all,
                       const gm_dj_field *field)
{
    gm_arena *arena = dj->sa.arena;
    gm_strs names = {0};
    gm_vec_push(arena, &names, field->name);
    gm_orm_fact fact = {.is_column = true,
                        .unresolved = field->unresolved,
                        .path = field->path,
                        .line = field->line};
    gm_str text = gm_str_printf(arena, "type=%.*s null=%s primary=%s%.*s", GM_ARG(field->type),
                                field->null && !field->primary ? "yes" : "no",
                                field->primary ? "yes" : "no", GM_ARG(field->rest));
    gm_dj_add(dj, model, gm_str_printf(arena, "column %.*s", GM_ARG(field->column)), text, &names,
              all, fact);
    add_parts(dj, model, all, field, &names);
}

static void add_doubt(gm_dj *dj, const gm_dj_class *model, const gm_sa_class *class, gm_str name,
                      const gm_py_expr *value)
{
    gm_strs names = {0};
    gm_vec_push(dj->sa.arena, &names, name);
    gm_dj_add(dj, model, gm_str_printf(dj->sa.arena, "attribute %.*s", GM_ARG(name)),
              gm_sa_shown(dj->sa.arena, value), &names, NULL,
              (gm_orm_fact){.unresolved = true, .path = class->file->path, .line = value->line});
}

/* ---- the fields of a model ---- */

typedef struct {
    gm_dj *dj;
    const gm_dj_class *model;
    gm_map seen; /* names, of fields and whatever hides them */
    gm_dj_fields fields;
} collector;

static void take_attribute(collector *c, const gm_sa_class *class, const gm_py_statement *s,
                           bool certain)
{
    gm_dj_field field;
    const gm_sa_scope scope = {.file = class->file, .within = class->statement};
    const gm_py_expr *target = s->targets.len == 1 ? s->targets.items[0] : NULL;
    if (!target || target->kind != GM_PY_NAME || !s->value ||
        !gm_map_add(&c->seen, target->text, NULL))
        return;
    gm_dj_made made = gm_dj_read_field(c->dj, c->model, &scope, target->text, s->value, &field);
    if (made == GM_DJ_FIELD && certain) {
        field.line = s->line;
        gm_vec_push(c->dj->sa.arena, &c->fields, field);
    } else if (made != GM_DJ_NO_FIELD)
        add_doubt(c->dj, c->model, class, target->text, s->value);
}

/* Of two assignments of one name in a class the later counts. */
static void take_body(collector *c, const gm_sa_class *class, const gm_py_statements *body,
                      bool certain)
{
    for (size_t i = body->len; i > 0; i--) {
        const gm_py_statement *s = body->items[i - 1];
        if (s->kind == GM_PY_ASSIGN)
            take_attribute(c, class, s, certain);
        else if (s->kind == GM_PY_BLOCK)
            take_body(c, class, &s->body, false);
        else if (s->kind == GM_PY_FUNCTION)
            gm_map_add(&c->seen, s->name, NULL);
    }
}

static bool among(const gm_sa_classes *list, const gm_sa_class *class)
{
    GM_EACH (gm_sa_class *const, each, list)
        if (*each == class)
            return true;
    return false;
}

/* Its own fields, and those of abstract models that no table above it has already. */
static void take_fields(collector *c)
{
    const gm_dj_class *parent = gm_dj_parent(c->dj, c->model);
    GM_EACH (gm_sa_class *const, each, &c->model->class->order) {
        const gm_dj_class *from = gm_dj_class_of(c->dj, *each);
        if (*each != c->model->class && (!from->is_model || !from->abstract))
            continue;
        if (*each != c->model->class && parent && among(&parent->class->order, *each))
            continue;
        take_body(c, *each, &(*each)->statement->body, true);
    }
}

/* The key to the table of a model that is inherited from: "place_ptr". */
static void add_pointers(collector *c, const gm_sa_class *class)
{
    gm_arena *arena = c->dj->sa.arena;
    if (!gm_sa_enter(&c->dj->sa))
        return;
    GM_EACH (gm_sa_class *const, base, &class->bases) {
        const gm_dj_class *parent = gm_dj_class_of(c->dj, *base);
        if (!parent->is_model)
            continue;
        if (parent->abstract) {
            add_pointers(c, *base);
            continue;
        }
        parent = gm_dj_concrete(c->dj, parent);
        gm_str lower = gm_str_lower(arena, parent->class->statement->name);
        gm_dj_field field = {.kind = GM_DJ_KEY,
                             .name = gm_str_printf(arena, "%.*s_ptr", GM_ARG(lower)),
                             .column = gm_str_printf(arena, "%.*s_ptr_id", GM_ARG(lower)),
                             .type = GM_STR("key"),
                             .primary = true,
                             .constraint = true,
                             .target = parent->label,
                             .target_known = true,
                             .path = c->model->table.path,
                             .line = c->model->table.line};
        if (gm_map_add(&c->seen, field.name, NULL))
            gm_vec_push(arena, &c->fields, field);
    }
    gm_sa_leave(&c->dj->sa);
}

static bool has_primary(const collector *c)
{
    GM_EACH (const gm_dj_field, field, &c->fields)
        if (field->primary || field->parent_link)
            return true;
    return false;
}

/* A library may bring a primary key; whether one called id is serial or bigserial the settings say.
 */
static void add_implicit(collector *c)
{
    gm_dj_field field = {.name = GM_STR("id"),
                         .column = GM_STR("id"),
                         .type = GM_STR("? as DEFAULT_AUTO_FIELD says"),
                         .primary = true,
                         .unresolved = true,
                         .path = c->model->table.path,
                         .line = c->model->table.line};
    if (has_primary(c))
        return;
    add_pointers(c, c->model->class);
    if (!has_primary(c) && !c->model->libraries.len)
        gm_vec_push(c->dj->sa.arena, &c->fields, field);
}

static void add_order(collector *c)
{
    gm_dj_field field = {.name = GM_STR("_order"),
                         .column = GM_STR("_order"),
                         .type = GM_STR("integer"),
                         .path = c->model->table.path,
                         .line = c->model->table.line};
    if (c->model->order_with.len)
        gm_vec_push(c->dj->sa.arena, &c->fields, field);
}

static void add_model(gm_dj *dj, const gm_dj_class *model)
{
    gm_arena *arena = dj->sa.arena;
    const gm_sa_table *table = &model->table;
    collector c = {.dj = dj, .model = model, .seen = gm_map_new(arena)};
    gm_str object = gm_str_printf(arena, "table %.*s", GM_ARG(table->name));
    gm_vec_push(arena, &dj->sa.facts,
                (gm_orm_fact){.text = object,
                              .object = object,
                              .table = table->known ? table->name : GM_STR(""),
                              .model = model->label,
                              .is_table = true,
                              .unresolved = !table->known,
                              .path = table->path,
                              .line = table->line});
    if (model->libraries.len)
        gm_dj_add(
            dj, model, GM_STR("bases"), gm_str_join(arena, &model->libraries, GM_STR(", ")), NULL,
            NULL,
            (gm_orm_fact){
                .is_bases = true, .unresolved = true, .path = table->path, .line = table->line});
    take_fields(&c);
    add_implicit(&c);
    add_order(&c);
    GM_EACH (const gm_dj_field, field, &c.fields) {
        if (field->kind == GM_DJ_MANY)
            add_many(dj, model, field);
        else
            add_column(dj, model, &c.fields, field);
    }
    gm_dj_read_meta(dj, model, &c.fields);
}

/* ---- files ---- */

static void open_file(gm_dj *dj, gm_sa_file *file)
{
    if (file && gm_map_find(&dj->wanted, file->path, NULL) &&
        gm_map_add(&dj->opened, file->path, NULL))
        gm_vec_push(dj->sa.arena, &dj->files, file);
}

/* What models.py imports is there as well: "from .post import Post" */
static void follow(gm_dj *dj, const gm_sa_file *file, const gm_py_statement *s)
{
    GM_EACH (const gm_py_import, import, &s->imports) {
        open_file(dj, gm_sa_module(&dj->sa, file, import->module));
        if (!import->name.len || gm_str_is(import->name, "*"))
            continue;
        bool dots = gm_str_ends(import->module, GM_STR("."));
        gm_str inner = gm_str_printf(dj->sa.arena, dots ? "%.*s%.*s" : "%.*s.%.*s",
                                     GM_ARG(import->module), GM_ARG(import->name));
        open_file(dj, gm_sa_module(&dj->sa, file, inner));
    }
}

static void find_models(gm_dj *dj, gm_sa_file *file, const gm_py_statements *body)
{
    GM_EACH (gm_py_statement *const, s, body) {
        if ((*s)->kind == GM_PY_BLOCK && !gm_sa_for_types(*s))
            find_models(dj, file, &(*s)->body);
        if ((*s)->kind == GM_PY_IMPORT)
            follow(dj, file, *s);
        if ((*s)->kind != GM_PY_CLASS)
            continue;
        gm_dj_class *model = gm_dj_class_of(dj, gm_sa_class_of(&dj->sa, file, *s));
        if (!model->is_model || model->abstract)
            continue;
        gm_map_add(&dj->labels, model->label, model);
        if (!model->proxy && !model->unmanaged && model->has_app)
            gm_vec_push(dj->sa.arena, &dj->models, model);
    }
}

bool gm_orm_is_django_models(gm_str path)
{
    gm_str folder = path;
    while (folder.len) {
        gm_str name = gm_path_name(folder);
        if (gm_str_is(name, "models") || gm_str_is(name, "models.py"))
            return true;
        folder = gm_path_folder(folder);
    }
    return false;
}

gm_orm_facts gm_orm_read_django(gm_arena *arena, const gm_orm_source *source)
{
    gm_dj dj = {.sa = gm_sa_begin(arena, source),
                .classes = gm_map_new(arena),
                .labels = gm_map_new(arena),
                .wanted = gm_map_new(arena),
                .opened = gm_map_new(arena)};
    GM_EACH (const gm_str, path, &source->models)
        gm_map_add(&dj.wanted, *path, NULL);
    GM_EACH (const gm_str, path, &source->models)
        if (source->everywhere || gm_orm_is_django_models(*path))
            open_file(&dj, gm_sa_open(&dj.sa, *path));
    /* Others are added while it goes on. */
    for (size_t i = 0; i < dj.files.len; i++)
        find_models(&dj, dj.files.items[i], &dj.files.items[i]->statements);
    GM_EACH (gm_dj_class *const, model, &dj.models)
        add_model(&dj, *model);
    return gm_sa_end(&dj.sa);
}
