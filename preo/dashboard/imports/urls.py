"""The addresses of data imports, with the least role of each."""

from django.urls import path

from preo.dashboard.access import in_place
from preo.dashboard.imports import lists, page, products, runs, steps, undo, upload
from preo.imports.api.columns import ColumnMappingViewSet
from preo.imports.api.products import ProductMappingViewSet
from preo.imports.api.runs import ImportRunViewSet
from preo.imports.api.undo import ImportUndoViewSet
from preo.imports.api.views import DataImportViewSet

IMPORTS = DataImportViewSet.minimum
COLUMNS = ColumnMappingViewSet.minimum
PRODUCTS = ProductMappingViewSet.minimum
RUNS = ImportRunViewSet.minimum
UNDO = ImportUndoViewSet.minimum

urlpatterns = [
    path(
        "o/<slug:organization>/imports",
        in_place(lists.list_imports, IMPORTS["list"]),
        name="imports",
    ),
    path(
        "o/<slug:organization>/e/<slug:edition>/imports",
        in_place(lists.list_imports, IMPORTS["list"]),
        name="edition_imports",
    ),
    path(
        "o/<slug:organization>/imports/new",
        in_place(upload.new_import, IMPORTS["create"]),
        name="new_import",
    ),
    path(
        "o/<slug:organization>/e/<slug:edition>/imports/new",
        in_place(upload.new_import, IMPORTS["create"]),
        name="edition_new_import",
    ),
    path(
        "o/<slug:organization>/imports/<str:import_id>",
        in_place(page.show_import, IMPORTS["retrieve"]),
        name="import",
    ),
    path(
        "o/<slug:organization>/imports/<str:import_id>/reading",
        in_place(steps.change_reading, IMPORTS["partial_update"]),
        name="read_import",
    ),
    path(
        "o/<slug:organization>/imports/<str:import_id>/columns",
        in_place(steps.map_columns, COLUMNS["update_column_mappings"]),
        name="map_import",
    ),
    path(
        "o/<slug:organization>/imports/<str:import_id>/products",
        in_place(products.map_products, PRODUCTS["update_product_mappings"]),
        name="import_products",
    ),
    path(
        "o/<slug:organization>/imports/<str:import_id>/preview",
        in_place(runs.preview_import, RUNS["preview_orders"]),
        name="preview_import",
    ),
    path(
        "o/<slug:organization>/imports/<str:import_id>/start",
        in_place(runs.start_import, RUNS["start"]),
        name="start_import",
    ),
    path(
        "o/<slug:organization>/imports/<str:import_id>/retry",
        in_place(runs.retry_import, RUNS["retry"]),
        name="retry_import",
    ),
    path(
        "o/<slug:organization>/imports/<str:import_id>/failed-rows",
        in_place(runs.download_failed_rows, RUNS["error_report"]),  # type: ignore[arg-type] # it streams
        name="failed_import_rows",
    ),
    path(
        "o/<slug:organization>/imports/<str:import_id>/undo",
        in_place(undo.show_undo, UNDO["show_undo"]),
        name="undo_import",
    ),
    path(
        "o/<slug:organization>/imports/<str:import_id>/undo/start",
        in_place(undo.start_undo, UNDO["undo"]),
        name="start_undo",
    ),
    path(
        "o/<slug:organization>/imports/<str:import_id>/cancel",
        in_place(steps.cancel_import, IMPORTS["cancel"]),
        name="cancel_import",
    ),
]
