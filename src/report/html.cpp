// How does an answer read as one page that can be mailed and printed?
#include "report/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "report/chart.h"
#include "report/lines.h"
#include "report/markup.h"
#include "report/print.h"
#include "report/stack_table.h"

namespace eigenbau::report {
namespace {

constexpr std::size_t kManyColumns = 12;  ///< of a table that is set smaller, so that the page holds it
constexpr std::size_t kSentence = 36;     ///< columns of a card's value beyond which the card is twice as wide
constexpr std::size_t kLongValue = 18;    ///< columns of a card's value beyond which it is set smaller

/// A figure's entry in the table of sources.
struct Footnote {
  std::string figure, value, derivation, source;
};

class Page {
 public:
  std::string render(const Report& report) {
    std::string body = "<main>" + glance(report);
    for (const Section& section : report.sections) body += render(section);
    body += sources() + "</main>";
    body = header(report, !footnotes_.empty()) + body;
    body += fmt::format("<footer>Written by eigenbau {} from {}. Money is in US dollars, a year is 8,766 hours{}.</footer>",
                        escaped(report.version), report.input.empty() ? "options" : escaped(report.input),
                        report.samples > 0 ? fmt::format("; ranges hold 90 % of {} samples", report.samples) : "");
    return fmt::format(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width, initial-scale=1\"><meta name=\"generator\" content=\"eigenbau {}\">"
        "<title>{}</title>\n<style>{}</style></head>\n<body>{}</body></html>\n",
        escaped(report.version), escaped(report.title), style_sheet(), body);
  }

 private:
  static std::string header(const Report& report, bool has_sources) {
    std::string from = escaped(report.input);
    if (!report.input_hash.empty()) from += (from.empty() ? "input " : " · input ") + escaped(report.input_hash);
    from += fmt::format("{}eigenbau {} · seed {}", from.empty() ? "" : " · ", escaped(report.version), report.seed);
    std::string links;
    for (const Section& section : report.sections)
      links += fmt::format("<a href=\"#{}\">{}</a>", escaped(section.key), escaped(section.title));
    if (has_sources) links += "<a href=\"#sources\">Sources</a>";
    return fmt::format("<header><h1>{}</h1><p class=\"from\">{}</p><nav>{}</nav></header>\n", escaped(report.title), from, links);
  }

  /// The whole answer at a glance: headline figures by section, and the verdicts.
  std::string glance(const Report& report) {
    std::string out;
    for (const Section& section : report.sections) {
      std::string cells, verdicts;
      for (const Item& item : section.items) {
        const Row* row = std::get_if<Row>(&item);
        if (row && row->headline) cells += cell(*row);
        if (const auto* judgment = std::get_if<Judgment>(&item))
          verdicts += "<li>" + badge(judgment->verdict) + escaped(judgment->claim) + "</li>";
      }
      if (!verdicts.empty()) verdicts = fmt::format("<ul class=\"verdicts\">{}</ul>", verdicts);
      if (!cells.empty()) cells = fmt::format("<div class=\"cells\">{}</div>", cells);
      if (cells.empty() && verdicts.empty()) continue;
      out += fmt::format("<a class=\"group\" href=\"#{}\">{}</a><div>{}{}</div>", escaped(section.key), escaped(section.title),
                         cells, verdicts);
    }
    return out.empty() ? "" : "<div class=\"glance\">" + out + "</div>\n";
  }

  static std::string cell(const Row& row) {
    const auto [value, range] = split(row);
    std::string more;
    for (const std::string& part : {range, row.said ? "said: " + print(*row.said, row) : "", row.remark})
      if (!part.empty()) more += (more.empty() ? "" : "<br>") + escaped(part);
    return fmt::format("<div{}><div class=\"what\">{}</div><div class=\"big{}\">{}</div><div class=\"more\">{}</div></div>",
                       columns_of(value) > kSentence ? " class=\"sentence\"" : "", escaped(row.label),
                       columns_of(value) > kLongValue ? " long" : "", escaped(value), more);
  }

  static std::string badge(Verdict verdict) {
    const std::string name(word(verdict));
    std::string style = name;
    std::replace(style.begin(), style.end(), ' ', '_');
    return fmt::format("<span class=\"badge {}\">{}</span>", style, name);
  }

  std::string render(const Section& section) {
    std::string out = fmt::format("<section id=\"{}\"><h2>{}</h2>", escaped(section.key), escaped(section.title));
    if (!section.lead.empty()) out += "<p class=\"lead\">" + escaped(section.lead) + "</p>";
    std::string rows;
    const auto close_rows = [&] {
      if (!rows.empty()) out += figures(rows);
      rows.clear();
    };
    for (const Item& item : section.items) {
      if (const Row* row = std::get_if<Row>(&item)) {
        rows += figure_row(*row);
        continue;
      }
      close_rows();
      out += std::visit([this](const auto& some) { return this->show(some); }, item);
    }
    close_rows();
    return out + "</section>\n";
  }

  static std::string figures(const std::string& rows) {
    return "<div class=\"scroll\"><table class=\"figures\"><colgroup><col><col><col><col></colgroup><tbody>" + rows +
           "</tbody></table></div>";
  }

  /// The value and, apart from it, its range.
  static std::pair<std::string, std::string> split(const Row& row) {
    const std::string all = print(row);
    const std::size_t open = std::holds_alternative<std::string>(row.value) ? std::string::npos : all.find(" (");
    if (open == std::string::npos) return {all, ""};
    return {all.substr(0, open), all.substr(open + 2, all.size() - open - 3)};
  }

  /// The value, with its source on hover and the number of its entry in the table of sources.
  std::string value_of(const Row& row) {
    const auto [value, range] = split(row);
    if (std::holds_alternative<std::monostate>(row.value)) return "<span class=\"unknown\">unknown</span>";
    const std::string basis = basis_of(row);
    if (basis.empty()) return escaped(value);
    auto [derivation, source] = grounds_of(row);
    footnotes_.push_back({row.label, print(row), std::move(derivation), std::move(source)});
    return with_footnote(escaped(value), basis);
  }

  std::string figure_row(const Row& row) {
    const std::string value = value_of(row), range = split(row).second;
    std::string aside;
    if (row.said) aside = "said: " + print(*row.said, row) + (row.said->source.empty() ? "" : " (" + row.said->source + ")");
    if (!row.remark.empty()) aside += (aside.empty() ? "" : "; ") + row.remark;
    if (std::holds_alternative<std::string>(row.value) && aside.empty())
      return fmt::format("<tr><td>{}</td><td class=\"v\" colspan=\"3\">{}</td></tr>", escaped(row.label), value);
    if (std::holds_alternative<std::string>(row.value))
      return fmt::format("<tr><td>{}</td><td class=\"v\" colspan=\"2\">{}</td><td class=\"aside\">{}</td></tr>",
                         escaped(row.label), value, escaped(aside));
    return fmt::format("<tr><td>{}</td><td class=\"v\">{}</td><td class=\"range\">{}</td><td class=\"aside\">{}</td></tr>",
                       escaped(row.label), value, escaped(range), escaped(aside));
  }

  std::string show(const Row& row) { return figures(figure_row(row)); }

  std::string show(const Table& whole) {
    const Table table = with_filled_columns(whole);
    std::string head, body;
    std::vector<bool> words(table.columns.size(), false);
    for (const TableRow& row : table.rows)
      for (std::size_t i = 0; i < std::min(row.cells.size(), words.size()); ++i)
        words[i] = words[i] || std::holds_alternative<std::string>(row.cells[i]);
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      head += fmt::format("<th{}>{}</th>", words[i] ? "" : " class=\"n\"",
                          escaped(table.columns[i].label.empty() ? table.columns[i].key : table.columns[i].label));
    for (const TableRow& row : table.rows) {
      body += "<tr>";
      for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const std::string text = i < row.cells.size() ? cell(row.cells[i], table.columns[i]) : "";
        const bool carries_basis = i == 0 && !row.basis.empty();
        body += fmt::format("<td{}>{}</td>", words[i] ? "" : " class=\"n\"", carries_basis ? with_basis(text, row) : text);
      }
      body += "</tr>";
    }
    const std::string title = table.title.empty() ? "" : "<h3>" + escaped(table.title) + "</h3>";
    return fmt::format("{}<div class=\"scroll\"><table{}><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>", title,
                       table.columns.size() > kManyColumns ? " class=\"many\"" : "", head, body);
  }

  /// The value, its range in a smaller line below.
  static std::string cell(const Cell& cell, const Column& column) {
    const std::string all = print(cell, column);
    const std::size_t open = std::holds_alternative<Number>(cell) ? all.find(" (") : std::string::npos;
    if (open == std::string::npos) return escaped(all);
    return escaped(all.substr(0, open)) + "<small>" + escaped(all.substr(open + 2, all.size() - open - 3)) + "</small>";
  }

  std::string with_basis(const std::string& text, const TableRow& row) {
    footnotes_.push_back({row.key, "", row.basis, ""});
    return with_footnote(text, row.basis);
  }

  /// `markup` with the newest footnote: shown on hover, and by its number.
  std::string with_footnote(const std::string& markup, const std::string& basis) const {
    return fmt::format(
        "<span class=\"f\" tabindex=\"0\">{}<span class=\"tip\">{}</span></span><sup><a href=\"#s{}\">{}</a></sup>", markup,
        escaped(basis), footnotes_.size(), footnotes_.size());
  }

  template <class Drawing>
  static std::string figure(const Drawing& drawing) {
    const std::string picture = draw(drawing);
    if (picture.empty()) return "";
    return fmt::format("<figure><figcaption>{}</figcaption>{}</figure>", escaped(drawing.title), picture);
  }
  static std::string show(const Timeline& timeline) { return figure(timeline); }
  std::string show(const Stack& stack) {
    const std::string picture = figure(stack);
    return picture.empty() || !has_parts(stack) ? picture : picture + show(table_of(stack));
  }
  static std::string show(const Tornado& tornado) { return figure(tornado); }
  static std::string show(const Scatter& scatter) { return figure(scatter); }
  static std::string show(const Plan& plan) { return figure(plan); }
  static std::string show(const HeatMap& map) { return figure(map); }

  std::string show(const Judgment& judgment) {
    std::string rows, ways;
    for (const Row& row : judgment.numbers) {
      const std::string value = value_of(row), range = split(row).second;
      rows += fmt::format(
          "<tr><td>{}</td><td class=\"n said\">{}</td><td class=\"v n\">{}</td><td class=\"range n\">{}</td><td "
          "class=\"aside\">{}</td></tr>",
          escaped(row.label), row.said ? escaped(print(*row.said, row)) : "", value, escaped(range), escaped(row.remark));
    }
    if (!rows.empty())
      rows =
          "<div class=\"scroll\"><table><thead><tr><th></th><th class=\"n\">said</th><th class=\"n\">this "
          "design</th><th></th><th></th></tr></thead><tbody>" +
          rows + "</tbody></table></div>";
    for (const std::string& way : judgment.closes) ways += "<li>" + escaped(way) + "</li>";
    if (!ways.empty()) ways = "<p>What closes the gap:</p><ul>" + ways + "</ul>";
    const std::string source = judgment.source.empty() ? "" : " <span class=\"aside\">" + escaped(judgment.source) + "</span>";
    return fmt::format("<div class=\"judgment\">{}<div class=\"claim\">{}{}</div><p>{}</p>{}{}</div>", badge(judgment.verdict),
                       escaped(judgment.claim), source, escaped(judgment.because), rows, ways);
  }

  static std::string show(const Remark& remark) {
    const std::string_view names[] = {"note", "warning", "error"};
    const std::string_view name = names[static_cast<std::size_t>(remark.severity)];
    const std::string hint = remark.hint.empty() ? "" : "<p class=\"aside\">" + escaped(remark.hint) + "</p>";
    const std::string label =
        remark.code.empty() ? "" : fmt::format("<span class=\"code\">{} {}</span>", name, escaped(remark.code));
    return fmt::format("<div class=\"remark {}\"><p>{}</p>{}{}</div>", name, escaped(remark.text), hint, label);
  }

  std::string sources() const {
    if (footnotes_.empty()) return "";
    std::string rows;
    for (std::size_t i = 0; i < footnotes_.size(); ++i) {
      const Footnote& note = footnotes_[i];
      rows +=
          fmt::format("<tr id=\"s{0}\"><td class=\"n\">{0}</td><td>{1}</td><td class=\"n\">{2}</td><td>{3}</td><td>{4}</td></tr>",
                      i + 1, escaped(note.figure), escaped(note.value), escaped(note.derivation), escaped(note.source));
    }
    return "<section id=\"sources\"><h2>Where the figures come from</h2><div class=\"scroll\"><table "
           "class=\"sources\"><thead><tr><th></th><th>figure</th>"
           "<th class=\"n\">value</th><th>how it was derived</th><th>source</th></tr></thead><tbody>" +
           rows + "</tbody></table></div></section>";
  }

  std::vector<Footnote> footnotes_;
};

}  // namespace

std::string render_html(const Report& report) { return Page().render(report); }

}  // namespace eigenbau::report
