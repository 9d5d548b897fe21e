// Lucene on a file of news: `index FILE.jsonl DIR` prints what it took, `ask DIR QUERIES.tsv WARM ROUNDS` how long
// each query took in each way, as `way TAB query TAB nanoseconds TAB hits` (the fastest of the rounds).

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.util.CharTokenizer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.queryparser.classic.QueryParser;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.uhighlight.UnifiedHighlighter;
import org.apache.lucene.store.FSDirectory;

public final class Main {
    /** Memory of the writer, as plain tantivy's has it. */
    private static final double WRITER_MEGABYTES = 200;

    /** Hits that a query gives. */
    private static final int HITS = 10;

    /** What a list of hits shows of an article. */
    private static final Set<String> SHOWN = Set.of("id", "title", "date");

    /** What was computed last, so that nothing is computed for nobody. */
    private static volatile Object sink;

    public static void main(String[] args) throws Exception {
        if (args.length == 3 && args[0].equals("index")) {
            index(Path.of(args[1]), Path.of(args[2]));
        } else if (args.length == 5 && args[0].equals("ask")) {
            ask(Path.of(args[1]), Path.of(args[2]), Integer.parseInt(args[3]), Integer.parseInt(args[4]));
        } else {
            System.err.println("usage: Main index FILE.jsonl DIR | ask DIR QUERIES.tsv WARM ROUNDS");
            System.exit(2);
        }
    }

    /** Runs of letters and digits in lower case and stemmed, as the others have it; no stop words. */
    private static final class News extends Analyzer {
        @Override
        protected TokenStreamComponents createComponents(String field) {
            Tokenizer words = CharTokenizer.fromTokenCharPredicate(Character::isLetterOrDigit);
            return new TokenStreamComponents(words, new PorterStemFilter(new LowerCaseFilter(words)));
        }
    }

    private static void index(Path file, Path dir) throws IOException {
        long start = System.nanoTime();
        long count = 0;
        IndexWriterConfig config = new IndexWriterConfig(new News()).setRAMBufferSizeMB(WRITER_MEGABYTES);
        JsonFactory json = new JsonFactory();
        try (FSDirectory folder = FSDirectory.open(dir);
                IndexWriter writer = new IndexWriter(folder, config);
                BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                writer.addDocument(document(strings(json, line)));
                count++;
            }
            writer.commit();
        }
        double wall = (System.nanoTime() - start) / 1e9;
        System.out.printf(
            Locale.ROOT,
            "{\"articles\":%d,\"wall_seconds\":%f,\"processor_seconds\":%f,\"memory_bytes\":%d,\"disk_bytes\":%d}%n",
            count, wall, processorSeconds(), peakMemoryBytes(), size(dir));
    }

    private static Document document(Map<String, String> record) {
        String title = record.getOrDefault("title", "");
        String date = record.getOrDefault("date", "");
        Document document = new Document();
        document.add(new StringField("id", record.getOrDefault("id", ""), Field.Store.YES));
        document.add(new StoredField("title", title));
        document.add(new StoredField("date", date));
        document.add(new TextField("text", title + "\n" + record.getOrDefault("body", ""), Field.Store.YES));
        String digits = date.replaceAll("\\D", "");
        if (!digits.isEmpty()) {
            document.add(new NumericDocValuesField("published", Long.parseLong(digits)));
        }
        return document;
    }

    /** The fields of a line that are strings. */
    private static Map<String, String> strings(JsonFactory json, String line) throws IOException {
        Map<String, String> strings = new HashMap<>();
        try (JsonParser parser = json.createParser(line)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                if (parser.nextToken() == JsonToken.VALUE_STRING) {
                    strings.put(name, parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
        }
        return strings;
    }

    /** A way of asking: how many hits there are. */
    private interface Way {
        int ask(String text) throws Exception;
    }

    private static void ask(Path dir, Path queries, int warm, int rounds) throws Exception {
        List<String> texts = Files.readAllLines(queries).stream().map(line -> line.split("\t", 2)[1]).toList();
        try (FSDirectory folder = FSDirectory.open(dir);
                DirectoryReader reader = DirectoryReader.open(folder);
                News analyzer = new News()) {
            IndexSearcher searcher = new IndexSearcher(reader);
            searcher.setQueryCache(null); // the same queries come again in each round
            QueryParser parser = new QueryParser("text", analyzer);
            UnifiedHighlighter snippets = UnifiedHighlighter.builder(searcher, analyzer).build();
            Sort newest = new Sort(new SortField("published", SortField.Type.LONG, true));
            Map<String, Way> ways = Map.of(
                "top", text -> searcher.search(parser.parse(text), HITS).scoreDocs.length,
                "titles", text -> titles(searcher, searcher.search(parser.parse(text), HITS)),
                "snippets", text -> {
                    Query query = parser.parse(text);
                    TopDocs hits = searcher.search(query, HITS);
                    sink = snippets.highlight("text", query, hits);
                    return titles(searcher, hits);
                },
                "count", text -> searcher.count(parser.parse(text)),
                "newest", text -> searcher.search(parser.parse(text), HITS, newest).scoreDocs.length);
            for (String way : List.of("top", "titles", "snippets", "count", "newest")) {
                print(way, ways.get(way), texts, warm, rounds);
            }
        }
    }

    private static int titles(IndexSearcher searcher, TopDocs hits) throws IOException {
        var stored = searcher.storedFields();
        for (ScoreDoc hit : hits.scoreDocs) {
            sink = stored.document(hit.doc, SHOWN);
        }
        return hits.scoreDocs.length;
    }

    private static void print(String name, Way way, List<String> texts, int warm, int rounds) throws Exception {
        long[] fastest = new long[texts.size()];
        int[] hits = new int[texts.size()];
        Arrays.fill(fastest, Long.MAX_VALUE);
        for (int round = 0; round < warm + rounds; round++) {
            for (int place = 0; place < fastest.length; place++) {
                long start = System.nanoTime();
                hits[place] = way.ask(texts.get(place));
                long took = System.nanoTime() - start;
                if (round >= warm) {
                    fastest[place] = Math.min(fastest[place], took);
                }
            }
        }
        for (int place = 0; place < fastest.length; place++) {
            System.out.println(name + "\t" + place + "\t" + fastest[place] + "\t" + hits[place]);
        }
    }

    private static double processorSeconds() {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime() / 1e9;
    }

    private static long peakMemoryBytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        return 0;
    }

    private static long size(Path dir) throws IOException {
        long bytes = 0;
        try (var files = Files.list(dir)) {
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }
}
